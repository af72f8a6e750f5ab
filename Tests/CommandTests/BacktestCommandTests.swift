import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct BacktestCommandTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private func hash(_ extra: String...) throws -> String {
      let run = try place.bare(
        ["backtest", "pair.yaml", "--db", "bars.sqlite", "--models", "models", "--json"] + extra)
      return try #require(try run.object()["runHash"] as? String, "\(run.testDescription)")
    }

    @Test func `the same inputs give the same run hash and add no row`() throws {
      let first = try hash()
      #expect(first.count == 64 && first.allSatisfy(\.isHexDigit))
      let rows = try rowCounts(of: place.url("bars.sqlite"))
      #expect(rows["run"] == 1 && rows["trial"] == 1)
      #expect(try hash() == first)
      #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
    }

    @Test func `the number of workers changes no byte of the run`() throws {
      let first = try hash("--workers", "1", "--equity", "one.csv")
      #expect(try hash("--workers", "4", "--equity", "four.csv") == first)
      #expect(try place.read("one.csv") == place.read("four.csv"))
    }

    @Test func `permuting the symbols changes no byte of the run`() throws {
      let first = try hash()
      #expect(try hash("--set", "symbols=[ETH, BTC]") == first)
    }

    @Test func `costs change the run and each variant is one more trial`() throws {
      let first = try hash()
      #expect(try hash("--set", "costs.commission=0.002") != first)
      #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == 2)
    }

    @Test func `fills and summary in the database add up to the costs of the report`() throws {
      let costs = [
        "costs.half_spread=0.0002", "costs.impact=0.001", "costs.funding=0.05",
      ].flatMap { ["--set", $0] }
      let report = try place.good(["backtest", "pair.yaml", "--json"] + costs).object()
      let said = try #require(report["costs"] as? [String: Double])
      let database = place.url("bars.sqlite")
      let stored = try column("SELECT sum(fee) + sum(slippage) FROM fill", of: database)
      let summary = try column("SELECT summary FROM run", of: database)
      let kept = try #require(
        try JSONSerialization.jsonObject(with: Data(summary[0].utf8)) as? [String: [String: Double]]
      )["costs"]
      #expect(kept == said && said.count == 9)
      var sum = try #require(stored.first.flatMap { Double($0) })
      for part in ["spread", "impact", "writeOffs", "borrow", "funding"] {
        sum += try #require(kept?[part])
      }
      // SQLite writes fifteen digits.
      let total = try #require(said["total"])
      #expect(abs(sum - total) < 1e-9 * total)
      #expect(["spread", "impact", "funding"].allSatisfy { said[$0] ?? 0 > 0 })
    }

    @Test func `bars beside the primary ones are inputs of the run`() throws {
      func ingest(_ days: String) throws -> ProgramRun {
        try place.write(days, to: "BTC-1d.csv")
        return try place.good("ingest", "BTC-1d.csv")
      }
      _ = try ingest(try TrainedPortfolio.days("BTC"))
      let first = try hash()
      // Days size the risk here; no model reads them, so that none is another.
      let revised = try ingest(try TrainedPortfolio.days("BTC", jump: ("2018-04-10", 1.3)))
      #expect(revised.output.contains("1 revised"), "\(revised.testDescription)")
      try place.good("train", "pair.yaml")
      #expect(try hash() != first)
      #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == 2)
    }

    @Test func `a setting of a symbol whose name holds a # is an input of the run`() throws {
      for (symbol, name) in [("BTC", "C#1"), ("ETH", "C#2")] {
        try place.good("ingest", "\(symbol)-1h.csv", "--symbol", name)
      }
      func hash(stopOf symbol: String) throws -> String? {
        try place.write(
          """
          symbols: ["C#1", "C#2"]
          timeframes: {1h: 1}
          market: crypto
          split: {folds: 2, inner_folds: 0}
          forecast: {hidden: 4, epochs: 1, seeds: 1, gate: off}
          regime: {restarts: 1}
          symbol: {"\(symbol)": {exit: {stop: 0.02}}}

          """, to: "sharp.yaml")
        try place.good("train", "sharp.yaml")
        return try place.good("backtest", "sharp.yaml", "--json").object()["runHash"] as? String
      }
      let first = try #require(try hash(stopOf: "C#1"))
      let second = try #require(try hash(stopOf: "C#2"))
      #expect(first != second)
      #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == 2)
    }

    @Test func `the equity file has a row a bar and starts at the capital`() throws {
      let run = try place.good("backtest", "pair.yaml", "--json", "--equity", "sub/equity.csv")
      let lines = try place.read("sub/equity.csv").split(separator: "\n")
      #expect(lines[0] == "ts_open,equity")
      let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
      #expect(rows.allSatisfy { $0.count == 2 && $0[1] > 0 })
      #expect(rows[0][1] == 100_000)
      #expect(zip(rows, rows.dropFirst()).allSatisfy { $1[0] - $0[0] >= 3600 })
      // The last bar opens at 2018-04-26T23:00Z.
      let last = try #require(rows.last)
      #expect(last[0] == 1_524_783_600)
      #expect(try run.object()["kind"] as? String == "backtest")
    }

    @Test func `the export holds the run's tables, twice, and the report`() throws {
      let run = try place.good("backtest", "pair.yaml", "--json", "--export", "out/run")
      let report = try run.object()
      var lines: [String: Int] = [:]
      for table in ["trades", "fills", "orders", "equity", "weights"] {
        lines[table] = try place.read("out/run/\(table).csv").split(separator: "\n").count - 1
        let json = try JSONSerialization.jsonObject(
          with: Data(try place.read("out/run/\(table).json").utf8))
        #expect((json as? [[String: Any]])?.count == lines[table])
      }
      #expect(lines["fills"] == report["fillCount"] as? Int)
      #expect(lines["equity"] == lines["weights"])
      #expect(try place.read("out/run/report.json") == run.output)
    }

    @Test func `an ablation runs the same models without a part at a time, each other run a trial`()
      throws
    {
      let sizes = ["--set", "regime.size=[1, 0.6, 0.2]"]
      let plain = try hash(sizes[0], sizes[1])
      let run = try place.good(["backtest", "pair.yaml", "--json", "--ablation"] + sizes)
      let report = try run.object()
      // The run itself is what it was.
      #expect(report["runHash"] as? String == plain)
      let rows = try #require(report["ablation"] as? [[String: Any]])
      let names = rows.compactMap { $0["name"] as? String }
      #expect(
        names.first == "the whole" && names.contains("without forecasts"))
      #expect(rows[0]["runHash"] as? String == plain)
      // No two trials have an equal run hash: nothing limits this portfolio.
      let runs = Set(rows.compactMap { $0["runHash"] as? String }).count
      #expect(runs > 1 && runs < rows.count)
      #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == Int64(runs))
      #expect(report["trials"] as? Int == runs)
      let again = try place.good(["backtest", "pair.yaml", "--ablation"] + sizes)
      let text = again.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == Int64(runs))
      for part in ["Ablation (same dates", "without regimes", "limits (same run as the whole)"] {
        #expect(text.contains(part), "\(part)")
      }
      for line in again.outputLines { #expect(line.count <= 100, "\(line)") }
    }

    @Test func `a trial over other dates counts, and its ratio is not compared with`() throws {
      let window = ["--set", "split.end=2018-04-20", "--set", "regime.states=2"]
      try place.good(["train", "pair.yaml"] + window)
      try place.good(["backtest", "pair.yaml"] + window)
      func report(_ commission: String) throws -> (trials: Int?, compared: Int?) {
        let report = try place.good(
          "backtest", "pair.yaml", "--json", "--set", "costs.commission=\(commission)"
        ).object()
        let evidence = try #require(report["evidence"] as? [String: Any])
        return (evidence["trials"] as? Int, evidence["comparedTrials"] as? Int)
      }
      let second = try report("0.001")
      #expect(second.trials == 2 && second.compared == 0)
      // A tenth of each trade makes another ratio, a thousandth more would not.
      let third = try report("0.1")
      #expect(third.trials == 3 && third.compared == 1)
      // What older versions wrote down does not say its dates.
      try execute("UPDATE trial SET spec = '{}'", on: place.url("bars.sqlite"))
      let fourth = try report("0.003")
      #expect(fourth.trials == 4 && fourth.compared == 0)
    }

    @Test func `a benchmark stands beside the run and changes nothing of it`() throws {
      let plain = try hash()
      let run = try place.good("backtest", "pair.yaml", "--json", "--set", "benchmark=ETH")
      let report = try run.object()
      #expect(report["runHash"] as? String == plain)
      let curves = try #require(report["curves"] as? [[String: Any]])
      #expect(curves.last?["name"] as? String == "benchmark ETH")
      let failed = try place.bare([
        "backtest", "pair.yaml", "--db", "bars.sqlite", "--models", "models", "--set",
        "benchmark=SPY",
      ])
      #expect(failed.status == 1)
      #expect(failed.errors.contains("no bars of the benchmark SPY"))
    }

    @Test func `the first line answers the question`() throws {
      let first = try place.good("backtest", "pair.yaml").outputLines.first ?? ""
      #expect(
        ["No: ", "Not proved: ", "Partly: ", "Doubtful: ", "Yes: "]
          .contains { first.hasPrefix($0) }, "\(first)")
    }

    @Test func `the report says what it is and stands beside the baselines`() throws {
      let run = try place.good("backtest", "pair.yaml")
      let hash = try hash()
      for part in [
        "pair: BTC ETH", "to 2018-04-26", "out of sample", "buy and hold", "equal weight",
        "inverse volatility", "HRP, weekly", "No overlay", "dividends excluded",
        "run hash \(hash)",
      ] {
        #expect(run.output.contains(part), "\(part)")
      }
      #expect(run.output.hasSuffix("\n"))
      for line in run.outputLines { #expect(line.count <= 100, "\(line)") }
    }

    @Test func `a run that sizes by regime stands beside its placebos, and they change nothing`()
      throws
    {
      let sizes = "regime.size=[1, 0.6, 0.2]"
      let one = try place.good(
        "backtest", "pair.yaml", "--json", "--workers", "1", "--set", sizes
      ).object()
      let four = try place.good(
        "backtest", "pair.yaml", "--json", "--workers", "4", "--set", sizes
      ).object()
      let placebo = try #require(one["placebo"] as? [String: Any])
      let shifts = try #require(placebo["shifts"] as? [[String: Any]])
      let decisions = try #require(placebo["decisions"] as? Int)
      #expect(shifts.count == min(200, decisions - 1) && shifts.count > 30)
      #expect(Set(shifts.compactMap { $0["sharpe"] as? Double }).count > shifts.count / 2)
      #expect(one["runHash"] as? String == four["runHash"] as? String)
      let other = try #require(four["placebo"] as? [String: Any])
      #expect(NSDictionary(dictionary: placebo) == NSDictionary(dictionary: other))
      let text = try place.good("backtest", "pair.yaml", "--set", sizes).output
      #expect(text.contains("Placebo (the regimes' sizes, shifted in time \(shifts.count) times"))
    }

    @Test func `html is one file that fetches nothing`() throws {
      try place.good("backtest", "pair.yaml", "--html", "pages/pair.html")
      let page = try place.read("pages/pair.html")
      #expect(page.lowercased().hasPrefix("<!doctype html"))
      #expect(page.hasSuffix("</html>\n"))
      // The pair has forecasts, so their tests are there, by node too.
      #expect(page.contains(">Hits, p</th>"))
      for part in ["src=\"http", "href=\"http", "@import", "url(http"] {
        #expect(!page.contains(part), "\(part)")
      }
      expectFailure(
        try place.run("backtest", "pair.yaml", "--html", "pair.yaml/x.html"),
        naming: "pair.yaml/x.html", "cannot be written")
    }

    @Test func `weights and a report of them exclude each other`() throws {
      try place.write("decision_bar_index,BTC\n1,0.5\n", to: "w.csv")
      let run = try place.run("backtest", "pair.yaml", "--weights", "w.csv", "--html", "w.html")
      #expect(run.status == 2 && run.output.isEmpty, "\(run.testDescription)")
      #expect(
        run.errors.contains("--html is for a portfolio's own backtest, not for --weights"),
        "\(run.testDescription)")
      #expect(!place.holds("w.html"))
    }
  }
}
