import Foundation

#if arch(x86_64)
  /// The C library's 80-bit functions: good to about 0.001 ulp of a double.
  typealias Wide = Float80
  /// What an error measured against `Wide` may exceed the true bound by.
  let wideSlack = 0.01
#else
  /// Without an 80-bit type the C library's doubles serve, themselves up to 0.5 ulp and more off.
  typealias Wide = Double
  let wideSlack = 0.55
#endif

/// Returns |y − exact| in units in the last place of the exact value's binade; infinite if y is
/// not the finite number or the infinity that it should be.
func ulpError(_ y: Double, _ exact: Wide) -> Double {
  if y.isNaN { return .infinity }
  if y.isInfinite {
    let overflows = exact.magnitude > Wide(Double.greatestFiniteMagnitude)
    return overflows && (y > 0) == (exact > 0) ? 0 : .infinity
  }
  if exact == 0 { return y == 0 ? 0 : .infinity }
  let exponent = max(Int(exact.exponent), -1022) - 52
  // In two steps, as the smallest ulp is a subnormal where `Wide` is `Double`.
  let scaled = (Wide(y) - exact).magnitude * Wide(sign: .plus, exponent: 60, significand: 1)
  return Double(scaled / Wide(sign: .plus, exponent: exponent + 60, significand: 1))
}

/// The same for a `Float` against a double, whose own error is below 2^-28 ulp here.
func ulpError(_ y: Float, _ exact: Double) -> Double {
  if y.isNaN { return .infinity }
  if y.isInfinite {
    let overflows = exact.magnitude > Double(Float.greatestFiniteMagnitude)
    return overflows && (y > 0) == (exact > 0) ? 0 : .infinity
  }
  if exact == 0 { return y == 0 ? 0 : .infinity }
  let exponent = max(Int(exact.exponent), -126) - 23
  return (Double(y) - exact).magnitude / Double(sign: .plus, exponent: exponent, significand: 1)
}

/// SplitMix64 (Steele, Lea & Flood 2014): arguments for the tests, independent of `CounterRandom`.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Returns a number in [a, b).
  mutating func uniform(_ a: Double, _ b: Double) -> Double {
    a + (b - a) * (Double(next() >> 11) * 0x1p-53)
  }

  /// Returns ±m · 2^e with e from a to b − 1 and m in [1, 2).
  mutating func logUniform(_ a: Int, _ b: Int) -> Double {
    let exponent = a + Int(next() % UInt64(b - a))
    let m = uniform(1, 2)
    return Double(sign: next() & 1 == 0 ? .plus : .minus, exponent: exponent, significand: m)
  }
}
