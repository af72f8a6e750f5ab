extension Elementary {
  /// Returns x^y.
  ///
  /// Special values as in IEEE 754-2008 `pow`: x^0 = 1^y = 1 even for NaN; (−1)^±∞ = 1; a negative
  /// finite x with y no integer gives NaN; ±0 with y < 0 gives an infinity.
  ///
  /// y · log x is carried in double-double (about 2^-70 relative), so that the error of a result
  /// near the ends of the range is not the logarithm's times 700.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let base = x.magnitude
    let parity = integerParity(y)
    let negative = x.sign == .minus && parity == .odd
    if y.isInfinite {
      if base == 1 { return 1 }
      return (base > 1) == (y > 0) ? .infinity : 0
    }
    if base == 0 || base == .infinity {
      let magnitude: Double = (base == 0) == (y > 0) ? 0 : .infinity
      return negative ? -magnitude : magnitude
    }
    if x < 0 && parity == .notInteger { return .nan }
    let magnitude = positivePower(base, y)
    return negative ? -magnitude : magnitude
  }

  private enum Parity { case even, odd, notInteger }

  private static func integerParity(_ y: Double) -> Parity {
    let magnitude = y.magnitude
    if magnitude >= 0x1p53 { return .even }
    let truncated = Int64(magnitude)
    if Double(truncated) != magnitude { return .notInteger }
    return truncated & 1 == 1 ? .odd : .even
  }

  /// Returns x^y for finite x > 0 and finite y.
  private static func positivePower(_ x: Double, _ y: Double) -> Double {
    let logarithm = doubleDoubleLog(x)
    let estimate = y * logarithm.high
    // Also keeps y below 2^64 in the exact product: |log x| ≥ 2^-53 unless x = 1.
    if estimate > 710 { return .infinity }
    if estimate < -746 { return 0 }
    if estimate.magnitude < 0x1p-60 { return 1 + estimate }
    let product = logarithm * y
    return exp(reduced: product.high, correction: product.low)
  }

  /// Returns log x to about 2^-70 relative, for finite x > 0.
  ///
  /// 2 artanh s with s = f / (2 + f) in double-double; the terms in s³, s⁵ and s⁷ carry
  /// double-double coefficients, the rest is below 2^-20 of the result and needs only a double.
  static func doubleDoubleLog(_ x: Double) -> DoubleDouble {
    let (k, m) = exponentAndMantissa(x)
    let f = m - 1
    let s = DoubleDouble(high: f, low: 0) / DoubleDouble.sum(2, f)
    let z = s * s
    var rest = 1.0 / 23
    rest = rest * z.high + 1.0 / 21
    rest = rest * z.high + 1.0 / 19
    rest = rest * z.high + 1.0 / 17
    rest = rest * z.high + 1.0 / 15
    rest = rest * z.high + 1.0 / 13
    rest = rest * z.high + 1.0 / 11
    rest = rest * z.high + 1.0 / 9
    // Low parts of 1/7, 1/5 and 1/3: what the double leaves out.
    var series = DoubleDouble.orderedSum(1.0 / 7, 0x1.2492492492492p-57 + rest * z.high)
    series = DoubleDouble(high: 1.0 / 5, low: -0x1.999999999999ap-57) + series * z
    series = DoubleDouble(high: 1.0 / 3, low: 0x1.5555555555555p-56) + series * z
    let tail = series * (z * s)
    let mantissa =
      DoubleDouble(high: 2 * s.high, low: 2 * s.low)
      + DoubleDouble(high: 2 * tail.high, low: 2 * tail.low)
    // ln 2 in parts of 42 and 53 bits: the first product is exact.
    let exponent = DoubleDouble.orderedSum(k * 0x1.62e42fefa38p-1, k * 0x1.ef35793c7673p-45)
    return exponent + mantissa
  }
}
