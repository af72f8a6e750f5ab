extension Elementary {
  /// Returns e^x.
  ///
  /// +∞ above 709.78, subnormal below −708.39, 0 below −745.13.
  public static func exp(_ x: Double) -> Double {
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    if x.isNaN { return x }
    return exp(reduced: x, correction: 0)
  }

  /// Returns e^(x + correction), |correction| ≤ ulp(x), for −746 ≤ x ≤ 710.
  static func exp(reduced x: Double, correction: Double) -> Double {
    let e = ReducedExponential(x, correction: correction)
    let p = DoubleDouble.orderedSum(1, e.r)
    return scaled(p.high + (p.low + e.tail), byPowerOfTwo: e.n)
  }

  /// e^x = 2^n · (1 + r + tail) with |r| ≤ ln 2 / 2 and |tail| < 0.08.
  ///
  /// The sum stays unevaluated so that each caller rounds only once: `exp` adds 1, `tanh` cancels
  /// it, `sigmoid` and `pow` keep the low part.
  struct ReducedExponential {
    let n: Int
    let r: Double
    let tail: Double

    /// Reduces |x| ≤ 746 by the two-part constant of Cody and Waite (1980): the high part of ln 2
    /// has 32 bits, so that its product with n (11 bits) is exact.
    init(_ x: Double, correction: Double) {
      let shifted = x * 0x1.71547652b82fep0 + roundingShift
      let k = shifted - roundingShift
      let high = x - k * 0x1.62e42feep-1
      let low = k * 0x1.a39ef35793c76p-33 - correction
      let r = high - low
      let c = (high - r) - low
      // Taylor's series of e^r − 1 − r: the first term left out is below 2^-57 of 1.
      var q = 1.0 / 6_227_020_800
      q = q * r + 1.0 / 479_001_600
      q = q * r + 1.0 / 39_916_800
      q = q * r + 1.0 / 3_628_800
      q = q * r + 1.0 / 362_880
      q = q * r + 1.0 / 40_320
      q = q * r + 1.0 / 5_040
      q = q * r + 1.0 / 720
      q = q * r + 1.0 / 120
      q = q * r + 1.0 / 24
      q = q * r + 1.0 / 6
      q = q * r + 0.5
      self.n = Int(k)
      self.r = r
      self.tail = r * r * q + (c + c * r)
    }
  }

  /// Returns p · 2^n, rounded once, for p in [0.5, 2) and −1100 < n < 1100.
  static func scaled(_ p: Double, byPowerOfTwo n: Int) -> Double {
    if n >= -1021 && n <= 1022 { return p * powerOfTwo(n) }
    // In two steps: the first is exact, the second may round to a subnormal or overflow.
    let first = n >> 1
    return p * powerOfTwo(first) * powerOfTwo(n - first)
  }

  /// Returns 2^n for −1022 ≤ n ≤ 1023.
  static func powerOfTwo(_ n: Int) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: n &+ 1023) << 52)
  }
}
