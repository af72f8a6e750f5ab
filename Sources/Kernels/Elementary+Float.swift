/// Single precision. `exp`, `tanh` and `sigmoid` run inside the network and are written in `Float`;
/// they are the plain reference of the vector versions in `CKernels`, operation by operation, fused
/// where those are.
///
/// All three write their argument as k ln 2 + r. Adding 1.5·2^23 and taking it away rounds to the
/// nearest integer k, ties to even; the low bits of the sum in between hold k in two's complement,
/// so that shifting them by 23 makes the exponent field of 2^k.
extension Elementary {
  /// Returns e^x: +∞ above 88.72, subnormal below −87.34, 0 below −103.97.
  ///
  /// At most 1.02 ulp.
  public static func exp(_ x: Float) -> Float {
    // Beyond these bounds the result is +∞ or 0 all the same. NaN passes.
    var x = x
    if x > 89 { x = 89 }
    if x < -104 { x = -104 }
    let shifted = Float(0x1.8p23).addingProduct(x, 0x1.715476p0)
    let p = 1 + expFractionMinusOne(x, shifted - 0x1.8p23)
    // Two factors: 2^k itself may be out of range, and a subnormal must be rounded only once.
    let k = Int32(bitPattern: shifted.bitPattern) &- 0x4b40_0000
    let first = k >> 1
    return p * floatPowerOfTwo(first) * floatPowerOfTwo(k &- first)
  }

  /// Returns the hyperbolic tangent of x; odd, ±1 from |x| = 9.02 on.
  ///
  /// tanh |x| = −m / (m + 2) with m = e^(−2|x|) − 1; the negative exponent keeps m + 2 in [1, 2],
  /// where its rounding error is half of what it is above 2. At most 2.499 ulp.
  public static func tanh(_ x: Float) -> Float {
    var y = -2 * x.magnitude
    if y < -20 { y = -20 }
    let shifted = Float(0x1.8p23).addingProduct(y, 0x1.715476p0)
    let scale = floatPowerOfTwo(Int32(bitPattern: shifted.bitPattern))
    let m = (scale - 1).addingProduct(scale, expFractionMinusOne(y, shifted - 0x1.8p23))
    let t = m / (m + 2)
    return Float(bitPattern: t.bitPattern & 0x7fff_ffff | x.bitPattern & 0x8000_0000)
  }

  /// Returns the logistic function 1 / (1 + e^−x): subnormal below −87.34, 0 below −103.97.
  ///
  /// Uses e^−|x|, which cannot overflow, so that small results keep their relative precision; 2^k
  /// is applied as 2^(k+64) · 2^−64, in range for every k that occurs. At most 2.41 ulp.
  public static func sigmoid(_ x: Float) -> Float {
    var y = -x.magnitude
    if y < -104 { y = -104 }
    let shifted = Float(0x1.8p23).addingProduct(y, 0x1.715476p0)
    let p = 1 + expFractionMinusOne(y, shifted - 0x1.8p23)
    let e = p * floatPowerOfTwo(Int32(bitPattern: shifted.bitPattern) &+ 64) * 0x1p-64
    return (x < 0 ? e : 1) / (1 + e)
  }

  /// Returns e^(x − k ln 2) − 1 for |x − k ln 2| ≤ ln 2 / 2 (and a little more).
  ///
  /// ln 2 in parts of 15 and 24 bits: the first product is exact for |k| < 512. The polynomial is
  /// the minimax one of e^r − 1 − r − r²/2 with relative weight (Lawson's iteration), 0.08 · 2^-24
  /// off at most.
  static func expFractionMinusOne(_ x: Float, _ k: Float) -> Float {
    let r = x.addingProduct(k, -0x1.62e4p-1).addingProduct(k, -0x1.7f7d1cp-20)
    var q = Float(0x1.122b42p-7).addingProduct(r, 0x1.6d6a72p-10)
    q = Float(0x1.5554cep-5).addingProduct(q, r)
    q = Float(0x1.5554aap-3).addingProduct(q, r)
    q = Float(0.5).addingProduct(q, r)
    return r.addingProduct(r * r, q)
  }

  /// Returns 2^k for −126 ≤ k ≤ 127; only the low 9 bits of k count.
  static func floatPowerOfTwo(_ k: Int32) -> Float {
    Float(bitPattern: UInt32(bitPattern: k &+ 127) << 23)
  }
}
