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
      variance: {epochs: 1}
      regime: {restarts: 1}

      """, to: "grow.yaml")
  }

  /// - Parameter mood: the day from which on a column of the user's own has other values.
  private func ingest(before end: String, mood: String = "2019") throws {
    for symbol in ["BTC", "ETH"] {
      let rows = try TrainedPortfolio.sampleRows(symbol).prefix { $0[0] < end }
      let lines = rows.enumerated().map { index, row in
        "\(row.joined(separator: ",")),\(row[0] < mood ? index % 7 : index % 5)"
      }
      try place.write(
        "time,open,close,high,low,volume,mood\n" + lines.joined(separator: "\n") + "\n",
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

  @Test func `a column that grows is no other trial, one whose past was changed is`() throws {
    let settings = ["--set", "features=[return_1, extra.mood]"]
    func trials() throws -> Int {
      try place.good(["train", "grow.yaml"] + settings)
      let report = try place.good(["backtest", "grow.yaml", "--json"] + settings).object()
      return try #require(report["trials"] as? Int)
    }
    try ingest(before: "2018-04-26")
    let first = try trials()
    try ingest(before: "2018-04-27")
    #expect(try trials() == first)
    try ingest(before: "2018-04-27", mood: "2018-04-20")
    #expect(try trials() == 2 * first)
    #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == Int64(3 * first))
  }

  @Test func `rules of a column are one attempt as long as its past stays as it was`() throws {
    try place.write(
      """
      symbols: [BTC]
      timeframes: {1h: 1}
      market: crypto
      entry: {signal: mood}
      sizing: {rule: notional, notional: 10000}
      exit: {max_bars: 3}

      """, to: "rules.yaml")
    /// Rows of trials, and what was tried in them.
    func trials() throws -> [Int] {
      try place.good("backtest", "rules.yaml")
      let tried = try column(
        "SELECT json_extract(spec, '$.settings') FROM trial", of: place.url("bars.sqlite"))
      return [tried.count, Set(tried).count]
    }
    try ingest(before: "2018-04-25")
    #expect(try trials() == [1, 1])
    try ingest(before: "2018-04-26")
    #expect(try trials() == [2, 1])
    try ingest(before: "2018-04-26", mood: "2018-04-20")
    #expect(try trials() == [3, 2])
    try ingest(before: "2018-04-27", mood: "2018-04-20")
    #expect(try trials() == [4, 2])
  }
}
