import Engine
import Foundation
import Market
import Report
import Research
import Testing
import Trading

/// From when to when there were bars, as reports tell it.
@Suite struct ListingReportTests {
  private func report() throws -> BacktestReport {
    let days = (0..<12).map { Timestamp(year: 2020, month: 1, day: 1 + $0) }
    let series = [Symbol("GOES"), "STAYS"].map { symbol in
      BarSeries(
        symbol: symbol, timeframe: .d1, calendar: .continuous,
        bars: days.prefix(symbol == "GOES" ? 7 : 12).map {
          Bar(time: $0, open: 10, high: 10, low: 10, close: 10, volume: 1)
        })
    }
    let grid = BarGrid(series)
    let run = try StepLoop(grid: grid, costs: CostSettings(), capital: CapitalSettings())
      .run(0..<12, WeightReplay([grid.knownAt(1): [0.5, 0.4]]))
    var report = try SyntheticReport.plain.get()
    report.start = days[4]
    report.contributions = SymbolContribution.all(run)
    report.listings = zip(series, [true, false]).map { bars, hasEnded in
      SymbolListing(
        symbol: bars.symbol, first: bars.times[0], last: bars.knownAt(bars.count - 1),
        hasEnded: hasEnded)
    }
    return report
  }

  @Test func `the table by symbol has the first and the last bar, and says what ended`() throws {
    let page = HTMLReport.backtest(try report())
    #expect(page.contains("2020-01-07, ended"))
    #expect(page.contains("2020-01-12") && !page.contains("2020-01-12, ended"))
    let text = TerminalReport.backtest(try report())
    #expect(text.contains("bars of GOES from 2020-01-01 to 2020-01-07, ended"))
    #expect(!text.contains("STAYS from"))
  }

  @Test func `JSON has them as instants`() throws {
    let data = Data(JSONReport.backtest(try report()).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let listings = try #require(object["listings"] as? [[String: Any]])
    #expect(listings.map { $0["symbol"] as? String } == ["GOES", "STAYS"])
    #expect(listings.map { $0["hasEnded"] as? Bool } == [true, false])
    #expect(listings[0]["firstBar"] as? String == "2020-01-01T00:00Z")
    #expect(listings[0]["lastBar"] as? String == "2020-01-08T00:00Z")
  }
}
