import Indicators
import Market
import Testing

@Suite struct TrueRangeTests {
  @Test func `counts the gap before the bar`() {
    var range = TrueRange()
    #expect(range.update(high: 11, low: 9, close: 10) == nil)
    #expect(range.update(high: 12, low: 9, close: 11) == 3)
    // A gap up from 11: 15 - 11. A gap down from 15: 15 - 7.
    #expect(range.update(high: 15, low: 13, close: 15) == 4)
    #expect(range.update(high: 8, low: 7, close: 7) == 8)
  }

  @Test func `is never below the bar's own range`() {
    let bars = GeneratedBars.fat.bars(count: 500)
    let column = TrueRange.column(
      highs: bars.map(\.high), lows: bars.map(\.low), closes: bars.map(\.close))
    #expect(zip(bars, column).dropFirst().allSatisfy { $1 >= $0.high - $0.low })
    #expect(column[0].isNaN)
  }
}
