import Engine
import Testing

/// Two curves of ten closes by hand.
@Suite struct CurveComparisonTests {
  private let equity = Array(repeating: 200.0, count: 10)
  private let cash = Array(repeating: 50.0, count: 10)

  private func compared(
    equity other: (step: Int, value: Double)? = nil,
    cash otherCash: (step: Int, value: Double)? = nil
  ) -> CurveComparison {
    var (second, secondCash) = (equity, cash)
    if let other { second[other.step] = other.value }
    if let otherCash { secondCash[otherCash.step] = otherCash.value }
    return CurveComparison(
      equity: equity, cash: cash, otherEquity: second, otherCash: secondCash, capital: 200)
  }

  @Test func `equal curves agree to the last bit`() {
    #expect(compared().largest == 0 && compared().disagreement == nil)
  }

  @Test func `curves that differ at step 7 say so, with both figures`() throws {
    let comparison = compared(equity: (7, 203))
    let difference = try #require(comparison.disagreement)
    #expect(comparison.largest == 0.015)
    #expect(difference.step == 7 && difference.figure == .equity)
    #expect(difference.first == 200 && difference.second == 203)
  }

  @Test func `cash counts too, and the first difference is named, not the largest`() throws {
    let comparison = compared(equity: (9, 300), cash: (7, 52))
    let difference = try #require(comparison.disagreement)
    #expect(comparison.largest == 0.5)
    #expect(difference.step == 7 && difference.figure == .cash)
    #expect(difference.first == 50 && difference.second == 52)
  }

  @Test func `what rounding leaves is measured, and is no difference`() {
    let close = compared(equity: (7, 200 * (1 + 0.9e-9)))
    #expect(close.disagreement == nil && abs(close.largest - 0.9e-9) < 1e-15)
    #expect(compared(equity: (7, 200 * (1 + 1.1e-9))).disagreement?.step == 7)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `what is no number agrees with nothing`(value: Double) {
    let comparison = compared(equity: (7, value))
    #expect(comparison.disagreement?.step == 7 && comparison.largest == .infinity)
    let both = CurveComparison(
      equity: [.nan], cash: [0], otherEquity: [.nan], otherCash: [0], capital: 200)
    #expect(both.disagreement?.step == 0)
  }

  @Test func `large sums owed, and accounts of which nothing is left, are measured by these`() {
    // 1.5e-7 on 200 borrowed; the same of an equity of 1 alone would be too much.
    let owed = CurveComparison(
      equity: [1], cash: [-200], otherEquity: [1 + 1.5e-7], otherCash: [-200], capital: 100)
    #expect(owed.disagreement == nil && abs(owed.largest - 7.5e-10) < 1e-15)
    // A thousandth of 10 000 is 10.
    let empty = CurveComparison(
      equity: [0], cash: [0], otherEquity: [9e-9], otherCash: [0], capital: 10_000)
    #expect(empty.disagreement == nil && abs(empty.largest - 9e-10) < 1e-15)
    let apart = CurveComparison(
      equity: [0], cash: [0], otherEquity: [1.1e-8], otherCash: [0], capital: 10_000)
    #expect(apart.disagreement?.second == 1.1e-8)
  }
}
