extension Elementary {
  /// Returns the natural logarithm in each lane: the same operations in the same order as the `Double`
  /// function, hence the same bits.
  ///
  /// Two at a time take hardly longer than one, whose many steps wait for each other.
  public static func log(_ x: SIMD2<Double>) -> SIMD2<Double> {
    guard all(x .>= 0x1p-1022) && all(x .< .infinity) else { return SIMD2(log(x[0]), log(x[1])) }
    let bits = unsafeBitCast(x, to: SIMD2<UInt64>.self)
    // 1024 more than the exponent, which is thus not negative: no vector instruction of every
    // processor shifts a negative number or makes it a double.
    let shifted = (bits &- 0x3fe6_a09e_667f_3bcd &+ (1024 << 52)) &>> 52
    let m = unsafeBitCast(bits &- ((shifted &- 1024) &<< 52), to: SIMD2<Double>.self)
    // Behind the exponent of 2^52 the bits of an integer are 2^52 more than itself.
    let k = unsafeBitCast(shifted | 0x4330_0000_0000_0000, to: SIMD2<Double>.self) - (0x1p52 + 1024)
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    var r = SIMD2(repeating: 2.0 / 23)
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
}
