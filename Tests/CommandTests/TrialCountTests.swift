import Foundation
import Testing

extension TrainedPortfolioTests {
  /// What counts as a try when a result is judged.
  @Suite struct TrialCountTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private func report(_ file: String, _ extra: String...) throws -> [String: Any] {
      try place.good(["backtest", file, "--json"] + extra).object()
    }

    private func remarks(_ report: [String: Any]) throws -> [String] {
      let verdict = try #require(report["verdict"] as? [String: Any])
      return try #require(verdict["remarks"] as? [String])
    }

    private func trialRows() throws -> Int64? {
      try rowCounts(of: place.url("bars.sqlite"))["trial"]
    }

    @Test func `a copy of the file does not start the count anew`() throws {
      let alone = try report("pair.yaml", "--set", "costs.commission=0.001")
      #expect(alone["trials"] as? Int == 1 && alone["deflatedSharpe"] is NSNull)
      #expect(try remarks(alone).contains { $0.hasPrefix("No other run over these symbols") })
      _ = try report("pair.yaml", "--set", "costs.commission=0.002")
      let last = try report("pair.yaml", "--set", "costs.commission=0.003")
      try place.write(TrainedPortfolio.text, to: "copy.yaml")
      let copy = try report("copy.yaml", "--set", "costs.commission=0.003")
      #expect(copy["runHash"] as? String == last["runHash"] as? String)
      #expect(last["trials"] as? Int == 3 && copy["trials"] as? Int == 3)
      let deflated = try #require(copy["deflatedSharpe"] as? Double)
      #expect(deflated == last["deflatedSharpe"] as? Double)
      let counted = "3 results (runs, other sizings, ablations) of "
      #expect(try remarks(copy).contains { $0.hasPrefix(counted) })
      #expect(try !remarks(copy).contains { $0.contains("No other run") })
      // Another variant under the new name is one more for both.
      #expect(try report("copy.yaml", "--set", "costs.commission=0.004")["trials"] as? Int == 4)
      let first = try report("pair.yaml", "--set", "costs.commission=0.001")
      #expect(first["trials"] as? Int == 4)
    }

    @Test func `runs of a column's rules are tries at the same bars`() throws {
      var text = "time,open,close,high,low,volume,entry\n"
      for (index, row) in try TrainedPortfolio.sampleRows("BTC").enumerated() {
        let opens = index > 2400 && index % 240 == 0
        text += row.joined(separator: ",") + (opens ? ",1\n" : ",0\n")
      }
      try place.write(text, to: "BTC-1h.csv")
      try place.good("ingest", "BTC-1h.csv")
      try place.write(
        """
        symbols: [BTC]
        timeframes: {1h: 1}
        market: crypto
        entry: {signal: entry}
        sizing: {rule: notional, notional: 10000}
        exit: {stop: 0.05}

        """, to: "rules.yaml")
      var hashes: Set<String> = []
      for stop in ["0.02", "0.05", "0.1"] {
        let run = try report("rules.yaml", "--set", "exit.stop=\(stop)")
        hashes.insert(try #require(run["runHash"] as? String))
      }
      #expect(hashes.count == 3)
      #expect(try trialRows() == 3)
      _ = try report("rules.yaml", "--set", "exit.stop=0.02")
      #expect(try trialRows() == 3)
      let evidence = try #require(try report("pair.yaml")["evidence"] as? [String: Any])
      // Their dates are others: they count, and their ratios are not compared with.
      #expect(evidence["trials"] as? Int == 4 && evidence["comparedTrials"] as? Int == 0)
    }

    @Test func `the other sizing that a report shows is a try, and no second one by itself`() throws
    {
      let daily = """
        profile: balanced
        symbols: [BTC, ETH]
        timeframes: {1h: 0.7, 1d: 0.3}
        market: crypto
        split: {folds: 1, inner_folds: 0, start: 2018-02-20}
        forecast: {hidden: 4, epochs: 1, seeds: 1, gate: off}
        regime: {restarts: 1}
        model: {min_bars: 60}
        variance: {method: har, regression_bars: 20}

        """
      try place.write(daily, to: "daily.yaml")
      try place.good("train", "daily.yaml")
      let own = try report("daily.yaml")
      let variance = try #require(own["variance"] as? [String: Any])
      let sizings = try #require(variance["sizings"] as? [[String: Any]])
      #expect(Set(sizings.compactMap { $0["sharpe"] as? Double }).count == 2)
      #expect(own["trials"] as? Int == 2 && own["deflatedSharpe"] is Double)
      let other = try report("daily.yaml", "--set", "allocation.variance=model")
      #expect(other["runHash"] as? String != own["runHash"] as? String)
      #expect(other["trials"] as? Int == 2)
      #expect(try trialRows() == 2)
      try place.write(daily, to: "copy.yaml")
      #expect(try report("copy.yaml")["trials"] as? Int == 2)
    }
  }
}
