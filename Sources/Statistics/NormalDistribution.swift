import Kernels

/// The standard normal distribution.
public enum NormalDistribution {
  private static let inverseRootOfTwoPi = 0.398_942_280_401_432_677_9

  /// `exp(−x²/2)/√(2π)`.
  ///
  /// With `x = a + b`, a a multiple of 1/16, the large part `a²/2` of the exponent is exact: the
  /// rounding of x² would cost a digit or two in the far tail.
  public static func density(_ x: Double) -> Double {
    guard abs(x) < 40 else { return x.isNaN ? x : 0 }
    let a = Double(Int(x * 16)) / 16
    let b = x - a
    return inverseRootOfTwoPi * Elementary.exp(-0.5 * a * a) * Elementary.exp(-(a + 0.5 * b) * b)
  }

  /// `P(X ≤ x)`, within 1e-15 absolutely, and within 1e-14 relatively down to x = −37.
  ///
  /// NaN gives NaN.
  public static func cumulative(_ x: Double) -> Double {
    if x.isNaN { return x }
    return x < 0 ? upperTail(-x) : 1 - upperTail(x)
  }

  /// `P(X > x)` for x ≥ 0.
  ///
  /// Near the centre by the series `φ(x) Σ x^(2k+1) / (1·3·…·(2k+1))` (Marsaglia 2004, "Evaluating the
  /// normal distribution"), in the tail by Laplace's continued fraction
  /// `φ(x) / (x + 1/(x + 2/(x + 3/…)))`, evaluated from its far end.
  private static func upperTail(_ x: Double) -> Double {
    if x > 38.5 { return 0 }
    if x < 1.5 {
      var term = x
      var sum = x
      var k = 1.0
      while term > 1e-18 * sum {
        term *= x * x / (2 * k + 1)
        sum += term
        k += 1
      }
      return 0.5 - density(x) * sum
    }
    // At x = 1.5 the fraction needs about 80 levels for full accuracy; fewer further out.
    var value = x
    for level in stride(from: 200.0, through: 1, by: -1) { value = x + level / value }
    return density(x) / value
  }

  /// The x with `P(X ≤ x) = probability`, within 1e-14 relatively; infinite at 0 and 1.
  ///
  /// A rational start (Abramowitz and Stegun 26.2.23, 4.5e-4) refined by Halley's method.
  /// - Precondition: `probability` is in 0...1.
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability >= 0 && probability <= 1)
    if probability == 0 { return -.infinity }
    if probability == 1 { return .infinity }
    if probability > 0.5 {
      // 1 − p is exact for p in 0.5...1.
      return -quantile(1 - probability)
    }
    let t = (-2 * Elementary.log(probability)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var x = -(t - numerator / denominator)
    if probability == 0.5 { return 0 }
    for _ in 0..<4 {
      let error = (cumulative(x) - probability) / density(x)
      let step = error / (1 + 0.5 * x * error)
      x -= step
      if abs(step) <= 1e-16 * abs(x) { break }
    }
    return x
  }
}
