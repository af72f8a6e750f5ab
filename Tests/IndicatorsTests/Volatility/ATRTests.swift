import Indicators
import Testing

@Suite struct ATRTests {
  @Test func `starts at the mean of the first true ranges and goes on as Wilder's average`() {
    var average = ATR(period: 2)
    #expect(average.update(high: 10, low: 10, close: 10) == nil)
    #expect(average.update(high: 12, low: 10, close: 11) == nil)
    // True ranges 2 and 4.
    #expect(average.update(high: 15, low: 13, close: 13) == 3)
    // True range 1: 3 + (1 - 3)/2.
    #expect(average.update(high: 13, low: 12, close: 12) == 2)
  }

  @Test func `goes to zero while prices stand still`() {
    let column = ATR.column(
      highs: [2] + Array(repeating: 1, count: 20_000),
      lows: Array(repeating: 1, count: 20_001), closes: Array(repeating: 1, count: 20_001),
      period: 14)
    #expect(column[14] == 0)
    #expect(column[20_000] == 0)
  }
}
