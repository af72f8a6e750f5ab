import Foundation
import Testing

/// Two coins with three years of days and one that lists 700 days later, through the commands.
@Suite struct LateListingTests {
  private let place: Workplace
  /// The day of NEW's first bar.
  private let listed: String

  init() throws {
    place = try Workplace()
    let run = try place.bare([
      "simulate", "--out", "market", "--symbols", "3", "--timeframe", "1d", "--bars", "1100",
      "--calendar", "24x7", "--volatility", "0.6", "--seed", "3", "--start", "2018-01-01",
      "--quiet",
    ])
    try #require(run.status == 0, "\(run.testDescription)")
    for (index, symbol) in ["OLD1", "OLD2"].enumerated() {
      try place.good("ingest", "market/SIM00\(index + 1)-1d.csv", "--symbol", symbol)
    }
    let lines = try place.read("market/SIM003-1d.csv").split(separator: "\n")
    listed = String(lines[701].prefix(10))
    let young = [lines[0]] + lines.dropFirst(701)
    try place.write(young.joined(separator: "\n") + "\n", to: "new.csv")
    try place.good("ingest", "new.csv", "--symbol", "NEW", "--timeframe", "1d")
    // Test windows of 146 days: NEW has the 120 observations that it needs by the last of them.
    try place.write(
      """
      profile: balanced
      symbols: [OLD1, OLD2, NEW]
      timeframes: {1d: 1}
      market: crypto
      split: {folds: 4, inner_folds: 1, start: 2019-06-01}
      forecast: {hidden: 4, epochs: 1, seeds: 1}
      regime: {restarts: 1}
      variance: {method: har}

      """, to: "late.yaml")
  }

  @Test func `a symbol without bars in the first test window is named, with the key that helps`()
    throws
  {
    #expect(listed == "2019-12-02")
    expectFailure(
      try place.run("train", "late.yaml"), naming: "2019-06-01", "NEW", listed,
      "model.on_missing: exclude")
    // Which a new file has.
    try place.good("init", "mine.yaml")
    #expect(try place.read("mine.yaml").contains("model: {on_missing: exclude}"))
    try place.good("check", "mine.yaml")
  }

  @Test func `left out of the folds before it lists, it cuts no history and joins later`() throws {
    let exclude = ["--set", "model.on_missing=exclude"]
    let training = try place.good(["train", "late.yaml"] + exclude)
    #expect(training.output.contains("NEW (\(listed))"), "\(training.testDescription)")
    let report = try place.good(
      ["backtest", "late.yaml", "--json", "--export", "out"] + exclude
    ).object()
    let period = try #require(report["period"] as? [String: Any])
    #expect((period["start"] as? String)?.hasPrefix("2019-06-01") == true)
    let warnings = try #require(report["warnings"] as? [String])
    #expect(warnings.contains { $0.contains("NEW (\(listed))") }, "\(warnings)")
    let listings = try #require(report["listings"] as? [[String: Any]])
    #expect(listings.map { $0["symbol"] as? String } == ["NEW", "OLD1", "OLD2"])
    #expect((listings[0]["firstBar"] as? String)?.hasPrefix(listed) == true)
    #expect(listings.allSatisfy { $0["hasEnded"] as? Bool == false })
    let fills = try place.read("out/fills.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",")
    }
    let own = fills.filter { $0[1] == "NEW" }
    // Its first models are those of the last test window.
    #expect(!own.isEmpty && own.allSatisfy { $0[0] >= "2020-08-12" })
    #expect(fills.contains { $0[1] == "OLD1" && $0[0] < "2019-07" })
  }
}
