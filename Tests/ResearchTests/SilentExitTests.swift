import Market
import Research
import Signals
import Testing

/// Exits by levels read the volume: without any they are said to be silent.
@Suite struct SilentExitTests {
  private func history(volume: Double) throws -> MarketHistory {
    try MarketHistory(symbols: ["A", "B"], timeframes: [.h1], primary: .h1, risk: .d1) {
      symbol, timeframe in
      var series = BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
      guard timeframe == .h1 else { return series }
      for hour in 0..<48 {
        let time = Timestamp(year: 2020, month: 1, day: 1) + Int64(hour) * Timeframe.h1.milliseconds
        series.append(
          Bar(
            time: time, open: 1, high: 1, low: 1, close: 1, volume: symbol == "B" ? 5 : volume))
      }
      return series
    }
  }

  @Test func `a symbol without volume is named where such an exit is set`() throws {
    var portfolio = Portfolio(
      name: "p", symbols: ["A", "B"], timeframes: [.init(timeframe: .h1, weight: 1)])
    #expect(try history(volume: 0).silentExits(of: portfolio).isEmpty)
    portfolio.exit.breaks.rejection = 0.005
    let notes = try history(volume: 0).silentExits(of: portfolio)
    #expect(notes.count == 1 && notes[0].contains("never close A: its bars have no volume"))
    #expect(try history(volume: 1).silentExits(of: portfolio).isEmpty)
  }
}
