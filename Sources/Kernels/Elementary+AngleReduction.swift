extension Elementary {
  /// Returns (q, r) with x = q · π/2 + r and |r| ≤ π/4 (and a little more), q modulo 4.
  static func reducedAngle(_ x: Double) -> (Int, DoubleDouble) {
    if x.magnitude <= 0.785 { return (0, DoubleDouble(high: x, low: 0)) }
    return x.magnitude < 1_600_000 ? smallAngle(x) : largeAngle(x)
  }

  /// Cody and Waite's reduction with π/2 in parts of 33, 33, 33 and 53 bits: products of the
  /// first three with q below 2^20 are exact.
  private static func smallAngle(_ x: Double) -> (Int, DoubleDouble) {
    let q = (x * 0x1.45f306dc9c883p-1 + roundingShift) - roundingShift
    let a = x - q * 0x1.921fb544p0
    let b = DoubleDouble.sum(a, -(q * 0x1.0b4611a6p-34))
    let c = DoubleDouble.sum(b.high, -(q * 0x1.3198a2ep-69))
    let low = (b.low + c.low) - q * 0x1.b839a252049c1p-104
    return (Int(q), DoubleDouble.sum(c.high, low))
  }

  /// Payne and Hanek's reduction ("Radian reduction for trigonometric functions", 1983) for
  /// |x| ≥ 2: with |x| = m · 2^e, only the 192 bits of 2/π that reach the quadrant and the first
  /// 137 bits of the fraction are multiplied by m.
  private static func largeAngle(_ x: Double) -> (Int, DoubleDouble) {
    let bits = x.magnitude.bitPattern
    let m = bits & 0x000f_ffff_ffff_ffff | 0x0010_0000_0000_0000
    let e = Int(bits >> 52) - 1075
    // Bits before `start` stand for multiples of 4 quadrants.
    let start = e - 2 + 64
    let w0 = twoOverPiBits(at: start)
    let w1 = twoOverPiBits(at: start + 64)
    let w2 = twoOverPiBits(at: start + 128)
    // m · w modulo 2^192; the two top bits are the quadrant, the rest the fraction of it.
    let p2 = w2.multipliedFullWidth(by: m)
    let p1 = w1.multipliedFullWidth(by: m)
    let (low1, carry) = p1.low.addingReportingOverflow(p2.high)
    let high = w0 &* m &+ p1.high &+ (carry ? 1 : 0)
    var quadrant = Int(high >> 62)
    var f0 = high << 2 | low1 >> 62
    var f1 = low1 << 2 | p2.low >> 62
    // A fraction of a half or more counts down from the next quadrant.
    let negative = f0 >> 63 == 1
    if negative {
      quadrant += 1
      f1 = ~f1
      f0 = ~f0
    }
    let shift = f0.leadingZeroBitCount
    let top = shift == 0 ? f0 : shift == 64 ? f1 : f0 << UInt64(shift) | f1 >> UInt64(64 - shift)
    let rest = shift >= 64 ? 0 : f1 << UInt64(shift)
    let scale = powerOfTwo(-shift)
    // 53 bits, then 43: each conversion is exact.
    let fraction = DoubleDouble.orderedSum(
      Double(top >> 11) * 0x1p-53 * scale,
      Double((top & 0x7ff) << 32 | rest >> 32) * 0x1p-96 * scale)
    var r = fraction * DoubleDouble(high: 0x1.921fb54442d18p0, low: 0x1.1a62633145c07p-54)
    if negative != (x < 0) { r = DoubleDouble(high: -r.high, low: -r.low) }
    return (x < 0 ? -quadrant : quadrant, r)
  }

  /// Returns 64 bits of 2/π starting `position` bits into the table.
  private static func twoOverPiBits(at position: Int) -> UInt64 {
    let word = position >> 6
    let shift = UInt64(position & 63)
    if shift == 0 { return twoOverPi[word] }
    return twoOverPi[word] << shift | twoOverPi[word + 1] >> (64 - shift)
  }

  /// A zero word, then the first 1280 bits after the binary point of 2/π: enough for 2^1023.
  private static let twoOverPi: [UInt64] = [
    0, 0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561, 0xb724_6e3a_424d_d2e0, 0x0649_2eea_09d1_921c, 0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484, 0xe99c_7026_b45f_7e41, 0x3991_d639_8353_39f4, 0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f, 0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b, 0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08, 0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
  ]
}
