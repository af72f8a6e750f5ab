import Kernels

/// The regularised incomplete beta function `I_x(a, b)`: the distribution function of a beta variable,
/// and what binomial and Student probabilities are computed from.
public enum IncompleteBeta {
  /// Continued fraction (DLMF 8.17.22) by the modified Lentz method, on the side of the mean where it
  /// converges; within 1e-12 relatively for a + b up to 1000, and 1e-15 (a + b) beyond.
  ///
  /// - Precondition: a and b are above 0, x in 0...1.
  public static func value(_ a: Double, _ b: Double, _ x: Double) -> Double {
    precondition(a > 0 && b > 0 && x >= 0 && x <= 1)
    return x <= (a + 1) / (a + b + 2)
      ? lower(a, b, x, 1 - x) : 1 - lower(b, a, 1 - x, x)
  }

  /// `1 − I_x(a, b)` without cancellation.
  public static func complement(_ a: Double, _ b: Double, _ x: Double) -> Double {
    precondition(a > 0 && b > 0 && x >= 0 && x <= 1)
    return x <= (a + 1) / (a + b + 2)
      ? 1 - lower(a, b, x, 1 - x) : lower(b, a, 1 - x, x)
  }

  /// The x with `I_x(a, b) = probability`, by bisection to the last bit that tells.
  public static func quantile(_ a: Double, _ b: Double, _ probability: Double) -> Double {
    precondition(probability >= 0 && probability <= 1)
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high, high - low > 1e-17 else { return middle }
      if value(a, b, middle) < probability { low = middle } else { high = middle }
    }
  }

  /// - Parameter y: 1 − x.
  private static func lower(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    if x == 0 { return 0 }
    let factor = Elementary.exp(
      a * Elementary.log(x) + b * Elementary.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b))
    let tiny = 1e-300
    func safe(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / safe(1 - (a + b) * x / (a + 1))
    var fraction = d
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / safe(1 + even * d)
      c = safe(1 + even / c)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / safe(1 + odd * d)
      c = safe(1 + odd / c)
      fraction *= d * c
      if abs(d * c - 1) < 3e-16 { break }
    }
    return factor * fraction / a
  }
}

/// Student's t distribution.
public enum StudentDistribution {
  /// `P(|T| ≥ |t|)` with `degrees` degrees of freedom.
  public static func twoSided(_ t: Double, degrees: Double) -> Double {
    precondition(degrees > 0)
    if t.isNaN { return t }
    return IncompleteBeta.value(degrees / 2, 0.5, degrees / (degrees + t * t))
  }
}
