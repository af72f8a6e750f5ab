extension Elementary {
  /// Returns the natural logarithm of x.
  ///
  /// −∞ at ±0, NaN below 0, +∞ at +∞.
  ///
  /// With x = 2^k · (1 + f) and s = f / (2 + f), log(1 + f) = 2 artanh s = f − s (f − R),
  /// R = 2 s² / 3 + 2 s⁴ / 5 + …; f − s f is rewritten with f² / 2 to keep its rounding error
  /// below that of the result (the arrangement of K. C. Ng's 1986 routine for 4.3BSD).
  public static func log(_ x: Double) -> Double {
    guard x > 0 && x < .infinity else {
      if x == 0 { return -.infinity }
      return x > 0 ? x : .nan
    }
    let (k, m) = exponentAndMantissa(x)
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    // |s| ≤ 0.1716: the first term left out is below 2^-60 of 1.
    var r = 2.0 / 23
    r = r * z + 2.0 / 21
    r = r * z + 2.0 / 19
    r = r * z + 2.0 / 17
    r = r * z + 2.0 / 15
    r = r * z + 2.0 / 13
    r = r * z + 2.0 / 11
    r = r * z + 2.0 / 9
    r = r * z + 2.0 / 7
    r = r * z + 2.0 / 5
    r = r * z + 2.0 / 3
    r *= z
    let halfSquare = 0.5 * f * f
    let low = s * (halfSquare + r) + k * 0x1.a39ef35793c76p-33
    return k * 0x1.62e42feep-1 - ((halfSquare - low) - f)
  }

  /// Returns (k, m) with x = 2^k · m and m in [√½, √2), for finite x > 0.
  static func exponentAndMantissa(_ x: Double) -> (Double, Double) {
    var bits = x.bitPattern
    var k: Int64 = 0
    if bits < 0x0010_0000_0000_0000 {
      bits = (x * 0x1p54).bitPattern
      k = -54
    }
    // Distance to √½ = 0x1.6a09e667f3bcdp-1: its exponent field is the k wanted.
    let distance = Int64(bitPattern: bits &- 0x3fe6_a09e_667f_3bcd)
    let exponent = distance >> 52
    let m = Double(bitPattern: bits &- UInt64(bitPattern: exponent << 52))
    return (Double(k + exponent), m)
  }
}
