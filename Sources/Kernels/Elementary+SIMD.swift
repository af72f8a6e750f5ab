/// Eight lanes at once, the same operations in the same order as the `Float` versions, hence the
/// same bits; branches become lane selections.
extension Elementary {
  /// Returns e^x in each lane.
  @inlinable @inline(__always)
  public static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> {
    var x = x
    x.replace(with: SIMD8(repeating: 89), where: x .> 89)
    x.replace(with: SIMD8(repeating: -104), where: x .< -104)
    let shifted = x * 0x1.715476p0 + 0x1.8p23
    let p = 1 + expFractionMinusOne(x, shifted - 0x1.8p23)
    let k = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- 0x4b40_0000
    let first = k &>> 1
    return p * floatPowerOfTwo(first) * floatPowerOfTwo(k &- first)
  }

  /// Returns the hyperbolic tangent of x in each lane.
  @inlinable @inline(__always)
  public static func tanh(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let bits = unsafeBitCast(x, to: SIMD8<UInt32>.self)
    var y = -2 * unsafeBitCast(bits & 0x7fff_ffff, to: SIMD8<Float>.self)
    y.replace(with: SIMD8(repeating: -20), where: y .< -20)
    let shifted = y * 0x1.715476p0 + 0x1.8p23
    let scale = floatPowerOfTwo(unsafeBitCast(shifted, to: SIMD8<Int32>.self))
    let m = scale * expFractionMinusOne(y, shifted - 0x1.8p23) + (scale - 1)
    let t = unsafeBitCast(m / (m + 2), to: SIMD8<UInt32>.self)
    return unsafeBitCast(t & 0x7fff_ffff | bits & 0x8000_0000, to: SIMD8<Float>.self)
  }

  /// Returns the logistic function in each lane.
  @inlinable @inline(__always)
  public static func sigmoid(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let bits = unsafeBitCast(x, to: SIMD8<UInt32>.self)
    var y = unsafeBitCast(bits | 0x8000_0000, to: SIMD8<Float>.self)
    y.replace(with: SIMD8(repeating: -104), where: y .< -104)
    let shifted = y * 0x1.715476p0 + 0x1.8p23
    let p = 1 + expFractionMinusOne(y, shifted - 0x1.8p23)
    let e = p * floatPowerOfTwo(unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 64) * 0x1p-64
    return SIMD8<Float>(repeating: 1).replacing(with: e, where: x .< 0) / (1 + e)
  }

  /// Returns e^(x − k ln 2) − 1 in each lane.
  @inlinable @inline(__always)
  static func expFractionMinusOne(_ x: SIMD8<Float>, _ k: SIMD8<Float>) -> SIMD8<Float> {
    let r = (x - k * 0x1.62e4p-1) - k * 0x1.7f7d1cp-20
    var q = r * 0x1.6d6a72p-10 + 0x1.122b42p-7
    q = q * r + 0x1.5554cep-5
    q = q * r + 0x1.5554aap-3
    q = q * r + 0.5
    return r + r * r * q
  }

  /// Returns 2^k in each lane, for −126 ≤ k ≤ 127; only the low 9 bits of k count.
  @inlinable @inline(__always)
  static func floatPowerOfTwo(_ k: SIMD8<Int32>) -> SIMD8<Float> {
    unsafeBitCast((k &+ 127) &<< 23, to: SIMD8<Float>.self)
  }
}
