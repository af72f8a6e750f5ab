extension Elementary {
  /// Returns the hyperbolic tangent of x; odd, ±1 from |x| = 19.07 on.
  ///
  /// tanh |x| = m / (m + 2) with m = e^(2|x|) − 1, numerator and denominator kept in
  /// double-double, so that nothing cancels near zero.
  public static func tanh(_ x: Double) -> Double {
    let a = x.magnitude
    if a > 20 { return x < 0 ? -1 : 1 }
    // x³ / 3 is below half an ulp of x; this also keeps the sign of zero. NaN fails both tests.
    if a < 0x1p-28 { return x }
    if x.isNaN { return x }
    let e = ReducedExponential(2 * a, correction: 0)
    let scale = powerOfTwo(e.n)
    let whole = DoubleDouble.sum(scale, -1)
    let fraction = DoubleDouble.sum(scale * e.r, scale * e.tail)
    let numerator = whole + fraction
    let denominator = DoubleDouble(high: 2, low: 0) + numerator
    let t = (numerator / denominator).high
    return x < 0 ? -t : t
  }

  /// Returns the logistic function 1 / (1 + e^−x): 0 at −∞ (subnormal below −708.4), 1 at +∞.
  ///
  /// Uses e^−|x|, which cannot overflow, so that small results keep their relative precision.
  public static func sigmoid(_ x: Double) -> Double {
    if x > 40 { return 1 }
    // 1 + e^x is 1 to within 2^-57.
    if x < -40 { return exp(x) }
    if x.isNaN { return x }
    let reduced = ReducedExponential(-x.magnitude, correction: 0)
    let scale = powerOfTwo(reduced.n)
    let p = DoubleDouble.orderedSum(1, reduced.r)
    let q = DoubleDouble.orderedSum(p.high, p.low + reduced.tail)
    let e = DoubleDouble(high: scale * q.high, low: scale * q.low)
    let one = DoubleDouble(high: 1, low: 0)
    return ((x < 0 ? e : one) / (one + e)).high
  }
}
