import Foundation
import Testing

/// A record that is kept day by day: bars, models and backtest of one day, then of the next.
@Suite struct GrowingRecordTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    // Windows from 2018-01-15, 02-24 and 04-05 on; the last is not full.
    try place.write(
      """
      profile: balanced
      symbols: [BTC, ETH]
      timeframes: {1h: 0.7, 4h: 0.3}
      market: crypto
      split: {start: 2018-01-15, every: 40d, inner_folds: 1}
      forecast: {hidden: 4, epochs: 1, seeds: 1}
      regime: {restarts: 1}

      """, to: "grow.yaml")
  }

  private func ingest(before end: String) throws {
    for symbol in ["BTC", "ETH"] {
      let rows = try TrainedPortfolio.sampleRows(symbol).prefix { $0[0] < end }
      try place.write(
        "time,open,close,high,low,volume\n"
          + rows.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n",
        to: "\(symbol)-1h.csv")
    }
    try place.good("ingest", "BTC-1h.csv", "ETH-1h.csv")
  }

  private func backtest(_ extra: String...) throws -> (equity: [Substring], trials: Int) {
    let report = try place.good(
      ["backtest", "grow.yaml", "--equity", "equity.csv", "--json"] + extra
    ).object()
    return (
      try place.read("equity.csv").split(separator: "\n"), try #require(report["trials"] as? Int)
    )
  }

  @Test func `one more day trains what serves, leaves the past as it was and is no other trial`()
    throws
  {
    try ingest(before: "2018-04-26")
    let training = try place.good("train", "grow.yaml", "--json").object()
    let trained = try #require(training["trained"] as? Int)
    let (first, trials) = try backtest()
    try ingest(before: "2018-04-27")
    let again = try place.good("train", "grow.yaml", "--json").object()
    // Two symbols on two timeframes.
    #expect(again["trained"] as? Int == 4)
    #expect(again["reused"] as? Int == trained - 4)
    let (second, trialsAfter) = try backtest()
    #expect(first.count > 2000 && second.count == first.count + 24)
    #expect(Array(second.prefix(first.count)) == first)
    #expect(trialsAfter == trials)
    #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == Int64(2 * trials))
    // Other settings are another choice, and the first are the same again.
    #expect(try backtest("--set", "costs.commission=0.002").trials == 2 * trials)
    #expect(try backtest().trials == 2 * trials)
  }
}
