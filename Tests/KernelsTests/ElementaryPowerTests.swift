import Kernels
import Testing

/// The special values of IEEE 754-2008 (and C99, annex F.9.4.4) and exact powers.
@Suite struct ElementaryPowerTests {
  let infinity = Double.infinity

  @Test func `powers that a double holds are exact`() {
    for base in [2.0, 3, 5, 7, 10, -2, -3, 1.5, 0.5, 0.25] {
      var power = 1.0
      // 2^52 bounds the significand, so that every product here is exact.
      for k in 0..<16 {
        #expect(Elementary.pow(base, Double(k)) == power, "\(base)^\(k)")
        power *= base
        if power.magnitude > 0x1p52 { break }
      }
    }
    #expect(Elementary.pow(2.0, -1074) == .leastNonzeroMagnitude)
    #expect(Elementary.pow(2.0, 1023) == 0x1p1023)
    #expect(Elementary.pow(2.0, 1024) == infinity)
    #expect(Elementary.pow(2.0, -1076) == 0)
    #expect(Elementary.pow(81.0, 0.25) == 3)
  }

  @Test func `anything to the zero and one to anything is one`() {
    for v in [0.0, -0.0, 1, -1, 2.5, infinity, -infinity, .nan] {
      #expect(Elementary.pow(v, 0) == 1)
      #expect(Elementary.pow(v, -0.0) == 1)
      #expect(Elementary.pow(1.0, v) == 1)
    }
  }

  @Test func `NaN passes through`() {
    #expect(Elementary.pow(Double.nan, 1).isNaN)
    #expect(Elementary.pow(2.0, .nan).isNaN)
  }

  @Test func `a negative base takes its sign from an odd exponent`() {
    #expect(Elementary.pow(-2.0, 3) == -8)
    #expect(Elementary.pow(-2.0, 4) == 16)
    #expect(Elementary.pow(-2.0, -3) == -0.125)
    #expect(Elementary.pow(-1.0, 9_007_199_254_740_991) == -1)
    #expect(Elementary.pow(-1.0, 9_007_199_254_740_992) == 1)
    #expect(Elementary.pow(-2.0, 0.5).isNaN)
    #expect(Elementary.pow(-2.0, -2.5).isNaN)
  }

  @Test func `zero to a power`() {
    #expect(Elementary.pow(0.0, 3).bitPattern == 0)
    #expect(Elementary.pow(-0.0, 3).bitPattern == (-0.0).bitPattern)
    #expect(Elementary.pow(-0.0, 2).bitPattern == 0)
    #expect(Elementary.pow(-0.0, 0.5).bitPattern == 0)
    #expect(Elementary.pow(0.0, -1) == infinity)
    #expect(Elementary.pow(-0.0, -1) == -infinity)
    #expect(Elementary.pow(-0.0, -2) == infinity)
    #expect(Elementary.pow(0.0, infinity) == 0)
    #expect(Elementary.pow(0.0, -infinity) == infinity)
  }

  @Test func `infinite bases and exponents`() {
    #expect(Elementary.pow(2.0, infinity) == infinity)
    #expect(Elementary.pow(2.0, -infinity) == 0)
    #expect(Elementary.pow(0.5, infinity) == 0)
    #expect(Elementary.pow(-0.5, -infinity) == infinity)
    #expect(Elementary.pow(-1.0, infinity) == 1)
    #expect(Elementary.pow(-1.0, -infinity) == 1)
    #expect(Elementary.pow(infinity, 0.5) == infinity)
    #expect(Elementary.pow(infinity, -0.5) == 0)
    #expect(Elementary.pow(-infinity, 3) == -infinity)
    #expect(Elementary.pow(-infinity, 2.5) == infinity)
    #expect(Elementary.pow(-infinity, -3).bitPattern == (-0.0).bitPattern)
  }

  @Test func `overflow and underflow keep the sign`() {
    #expect(Elementary.pow(-10.0, 309) == -infinity)
    #expect(Elementary.pow(-10.0, -325).bitPattern == (-0.0).bitPattern)
    #expect(Elementary.pow(1.5, 1e300) == infinity)
    #expect(Elementary.pow(1.5, -1e300) == 0)
    #expect(Elementary.pow(Double.leastNonzeroMagnitude, -1) == infinity)
  }

  @Test func `an exponent near zero gives a result near one`() {
    #expect(Elementary.pow(3.0, 1e-300) == 1)
    #expect(Elementary.pow(1.0.nextUp, 0.5) == 1)
    #expect(Elementary.pow(1.0.nextUp, 4) == 1.0.nextUp + 3 * 0x1p-52)
  }
}
