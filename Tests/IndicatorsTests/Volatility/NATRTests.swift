import Indicators
import Market
import Testing

@Suite struct NATRTests {
  @Test func `is the average true range in per cent of the close`() {
    var normalised = NATR(period: 2)
    _ = normalised.update(high: 10, low: 10, close: 10)
    #expect(normalised.update(high: 12, low: 10, close: 11) == nil)
    // An average true range of 3 on a close of 12.
    #expect(normalised.update(high: 15, low: 12, close: 12) == 25)
  }

  @Test func `does not depend on the scale of the price`() {
    let bars = GeneratedBars.walk.bars(count: 300)
    let column = NATR.column(
      highs: bars.map(\.high), lows: bars.map(\.low), closes: bars.map(\.close), period: 14)
    let scaled = NATR.column(
      highs: bars.map { $0.high * 1024 }, lows: bars.map { $0.low * 1024 },
      closes: bars.map { $0.close * 1024 }, period: 14)
    #expect(column[14...] == scaled[14...])
  }
}
