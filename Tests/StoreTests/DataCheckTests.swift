import Market
import Store
import Testing

@Suite struct DataCheckTests {
  @Test func `gaps, zero volumes, flat bars and the largest moves are found`() {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    func bar(_ hour: Int64, _ close: Double, flat: Bool = false, volume: Double = 1) -> Bar {
      Bar(
        time: start + hour * 3_600_000, open: close, high: flat ? close : close + 1, low: close,
        close: close, volume: volume)
    }
    let series = BarSeries(
      symbol: "X", timeframe: .h1, calendar: .continuous,
      bars: [
        bar(0, 100), bar(1, 110), bar(3, 110, flat: true, volume: 0), bar(4, 55),
        bar(9, 66, volume: 0), bar(10, 66),
      ])
    let check = DataCheck(series, moves: 2)
    #expect(check.count == 6)
    #expect(check.gaps.map(\.missing) == [1, 4])
    #expect(check.missingBars == 5)
    #expect(
      check.longestGap
        == check.gaps.last && check.longestGap?.after == start + 4 * 3_600_000)
    #expect(check.zeroVolumeBars == 2)
    #expect(check.flatBars == 1)
    #expect(check.largestMoves.map(\.time) == [start + 4 * 3_600_000, start + 9 * 3_600_000])
    #expect(check.largestMoves.map(\.change) == [-0.5, 66.0 / 55 - 1])
  }

  @Test func `a weekend is no gap where markets close, a missing Wednesday is`() {
    let monday = Timestamp(year: 2020, month: 1, day: 6)
    let bars = madeUpBars(14, from: monday, every: .d1)
      .filter { $0.time.weekday < 5 }
    let whole = BarSeries(symbol: "X", timeframe: .d1, calendar: .weekdays, bars: bars)
    #expect(DataCheck(whole).gaps.isEmpty)
    let holed = BarSeries(
      symbol: "X", timeframe: .d1, calendar: .weekdays, bars: bars.filter { $0.time.weekday != 2 })
    #expect(DataCheck(holed).gaps.map(\.missing) == [1, 1])
  }

  @Test func `an empty series has nothing to report`() {
    let check = DataCheck(BarSeries(symbol: "X", timeframe: .d1, calendar: .sessions))
    #expect(check.count == 0 && check.first == nil && check.longestGap == nil)
    #expect(check.largestMoves.isEmpty)
  }
}
