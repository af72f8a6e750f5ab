import Foundation
import Testing

extension TrainedPortfolioTests {
  /// `backtest --variant`.
  @Suite struct VariantCommandTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    @Test func `all runs every profile on the same models, each a trial`() throws {
      let run = try place.good("backtest", "pair.yaml", "--variant", "all", "--json")
      let json = try run.object()
      #expect(json["kind"] as? String == "variants" && json["own"] as? String == "balanced")
      #expect((json["runHash"] as? String)?.count == 64)
      let variants = try #require(json["variants"] as? [[String: Any]])
      #expect(
        variants.map { $0["name"] as? String } == ["conservative", "balanced", "aggressive"])
      #expect(Set(variants.compactMap { $0["runHash"] as? String }).count == 3)
      let rows = try rowCounts(of: place.url("bars.sqlite"))
      #expect(rows["trial"] == 3 && rows["run"] == 3)
      // Each is judged by all three, whichever ran first.
      #expect(variants.allSatisfy { $0["trials"] as? Int == 3 })
      #expect(variants.allSatisfy { $0["deflatedSharpe"] is Double })
      for variant in variants {
        let times = try #require(variant["times"] as? [Double])
        let returns = try #require(variant["returns"] as? [Double])
        #expect(times.count == returns.count + 1 && returns.contains { $0 != 0 })
        let curve = try #require(variant["curve"] as? [String: Any])
        let equity = try #require(curve["equity"] as? [Double])
        let product = returns.reduce(1) { $0 * (1 + $1) }
        #expect(abs(product - (equity.last ?? 0) / equity[0]) < 1e-9)
      }
      // Equal costs: one set of baselines.
      #expect((json["baselines"] as? [Any])?.count == 6)
      // Again: the same bytes, no further trial.
      #expect(
        try place.good("backtest", "pair.yaml", "--variant", "all", "--json").output == run.output)
      #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
    }

    @Test func `each variant is the run of that profile by itself`() throws {
      let all = try place.good("backtest", "pair.yaml", "--variant", "all", "--json").object()
      let variants = try #require(all["variants"] as? [[String: Any]])
      for variant in variants {
        let name = try #require(variant["name"] as? String)
        for flag in ["--variant", "--profile"] {
          let alone = try place.good("backtest", "pair.yaml", flag, name, "--json").object()
          #expect(alone["runHash"] as? String == variant["runHash"] as? String, "\(flag) \(name)")
        }
      }
    }

    @Test func `the table names variants and baselines, and a page holds them`() throws {
      let run = try place.good(
        "backtest", "pair.yaml", "--variant", "all", "--html", "variants.html")
      for part in [
        "conservative", "balanced", "aggressive", "buy and hold", "max DD", "turn", "gross",
        "orders", "3 trials", "run hash",
      ] {
        #expect(run.output.contains(part), "\(part)")
      }
      for line in run.outputLines { #expect(line.count <= 100, "\(line)") }
      let page = try place.read("variants.html")
      #expect(page.contains("<section id=\"variants\">"))
      let plain = try place.good("backtest", "pair.yaml", "--html", "plain.html")
      #expect(!(try place.read("plain.html")).contains("<section id=\"variants\">"))
      #expect(plain.output.contains("Why no trade"))
    }

    @Test func `what makes no sense together is a usage error`() throws {
      try place.write("decision_bar_index,BTC\n1,0.5\n", to: "w.csv")
      for arguments in [
        ["--variant", "bold"], ["--variant", "all", "--profile", "balanced"],
        ["--variant", "all", "--equity", "e.csv"], ["--variant", "all", "--weights", "w.csv"],
      ] {
        let run = try place.bare(
          ["backtest", "pair.yaml", "--db", "bars.sqlite", "--models", "models"] + arguments)
        #expect(run.status == 2, "\(run.testDescription)")
      }
    }

    @Test func `why no trade adds up for each symbol`() throws {
      let json = try place.good("backtest", "pair.yaml", "--json").object()
      let decisions = try #require(json["decisions"] as? [String: Any])
      let count = try #require(decisions["count"] as? Int)
      let outcomes = try #require(decisions["outcomes"] as? [[String: Any]])
      let counts = try outcomes.map { try #require($0["counts"] as? [Int]) }
      #expect(decisions["symbols"] as? [String] == ["BTC", "ETH"] && count > 10)
      for symbol in 0..<2 { #expect(counts.reduce(0) { $0 + $1[symbol] } == count) }
    }

    @Test func `the original's timeframes need finer bars, and one line says which`() throws {
      let file = Program.repository
        .appendingPathComponent("portfolios/original-multi-timeframe.yaml").path
      try place.good("check", file)
      let run = try place.run("backtest", file)
      expectFailure(run, naming: "BTC", "15m", "ingest")
    }
  }
}
