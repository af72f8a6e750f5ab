extension Elementary {
  /// Returns the sine of x radians, for every finite x; NaN at ±∞.
  public static func sin(_ x: Double) -> Double {
    if x.magnitude < 0x1p-27 { return x }  // keeps the sign of zero
    guard x.isFinite else { return .nan }
    let (quadrant, r) = reducedAngle(x)
    switch quadrant & 3 {
    case 0: return sinKernel(r)
    case 1: return cosKernel(r)
    case 2: return -sinKernel(r)
    default: return -cosKernel(r)
    }
  }

  /// Returns the cosine of x radians, for every finite x; NaN at ±∞.
  public static func cos(_ x: Double) -> Double {
    guard x.isFinite else { return .nan }
    let (quadrant, r) = reducedAngle(x)
    switch quadrant & 3 {
    case 0: return cosKernel(r)
    case 1: return -sinKernel(r)
    case 2: return -cosKernel(r)
    default: return sinKernel(r)
    }
  }

  /// Returns sin r for |r| ≤ π/4 (and a little more) by Taylor's series to r¹⁷.
  private static func sinKernel(_ r: DoubleDouble) -> Double {
    let x = r.high
    let z = x * x
    var q = 1.0 / 355_687_428_096_000
    q = q * z - 1.0 / 1_307_674_368_000
    q = q * z + 1.0 / 6_227_020_800
    q = q * z - 1.0 / 39_916_800
    q = q * z + 1.0 / 362_880
    q = q * z - 1.0 / 5_040
    q = q * z + 1.0 / 120
    q = q * z - 1.0 / 6
    return x + (x * z * q + r.low * (1 - 0.5 * z))
  }

  /// Returns cos r for |r| ≤ π/4 (and a little more) by Taylor's series to r¹⁸.
  private static func cosKernel(_ r: DoubleDouble) -> Double {
    let x = r.high
    let z = x * x
    var q = -1.0 / 6_402_373_705_728_000
    q = q * z + 1.0 / 20_922_789_888_000
    q = q * z - 1.0 / 87_178_291_200
    q = q * z + 1.0 / 479_001_600
    q = q * z - 1.0 / 3_628_800
    q = q * z + 1.0 / 40_320
    q = q * z - 1.0 / 720
    q = q * z + 1.0 / 24
    let half = 0.5 * z
    let w = 1 - half
    return w + (((1 - w) - half) + (z * z * q - x * r.low))
  }
}
