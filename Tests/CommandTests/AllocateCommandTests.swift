import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct AllocateCommandTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private func allocate(_ extra: String...) throws -> [String: Any] {
      let run = try place.bare(
        ["allocate", "pair.yaml", "--db", "bars.sqlite", "--models", "models", "--json"] + extra)
      try #require(run.status == 0, "\(run.testDescription)")
      return try run.object()
    }

    private func targets(_ report: [String: Any]) throws -> [String: Double] {
      let decision = try #require(report["decision"] as? [String: Any])
      let lines = try #require(decision["lines"] as? [[String: Any]])
      return try Dictionary(
        uniqueKeysWithValues: lines.map {
          (try #require($0["symbol"] as? String), try #require($0["target"] as? Double))
        })
    }

    @Test func `weights and cash make one, and the same question has the same answer`() throws {
      let first = try allocate()
      let targets = try targets(first)
      let decision = try #require(first["decision"] as? [String: Any])
      let cash = try #require(decision["cash"] as? Double)
      #expect(Set(targets.keys) == ["BTC", "ETH"])
      #expect(targets.values.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(abs(targets.values.reduce(cash, +) - 1) < 1e-12)
      #expect(first["equity"] as? Double == 100_000)
      #expect(first["heldFrom"] as? String == "cash")
      #expect(first["asOf"] as? String == TrainedPortfolio.end)
      let rows = try rowCounts(of: place.url("bars.sqlite"))
      let second = try allocate("--workers", "1")
      #expect(second["runHash"] as? String == first["runHash"] as? String)
      #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
    }

    @Test func `as of an earlier time the last close known then decides`() throws {
      let report = try allocate("--as-of", "2018-04-01T10:30Z")
      #expect(report["asOf"] as? String == "2018-04-01T10:00Z")
      let rows = try #require(report["rows"] as? [[String: Any]])
      for row in rows {
        let symbol = try #require(row["symbol"] as? String)
        // Known at 10:30 is the bar that opened at 09:00.
        let close = try TrainedPortfolio.lastClose(symbol, before: "2018-04-01T10:00Z")
        #expect(row["price"] as? Double == close)
      }
      let notes = try #require(report["notes"] as? [String])
      #expect(notes.contains { $0.hasPrefix("in sample") }, "\(notes)")
    }

    @Test func `bars after the time change nothing of what is decided at it`() throws {
      let day = "2018-04-20T00:00Z"
      let before = try allocate("--as-of", day)
      for symbol in ["BTC", "ETH"] {
        let rows = try TrainedPortfolio.sampleRows(symbol).map { row in
          // Half as much again on every price and volume.
          row[0] < day
            ? row.joined(separator: ",")
            : ([String(row[0])] + row.dropFirst().compactMap { Double($0).map { "\($0 * 1.5)" } })
              .joined(separator: ",")
        }
        try place.write(
          "time,open,close,high,low,volume\n" + rows.joined(separator: "\n") + "\n",
          to: "\(symbol)-1h.csv")
      }
      let run = try place.good("ingest", "BTC-1h.csv", "ETH-1h.csv")
      #expect(run.output.contains("168 revised"), "\(run.testDescription)")
      let after = try allocate("--as-of", day)
      #expect(after["runHash"] as? String == before["runHash"] as? String)
      #expect(try targets(after) == targets(before))
      #expect(try targets(allocate()) != targets(after))
    }

    @Test func `what the previous allocation bought is worth its price now`() throws {
      var (value, cash) = (100_000.0, 100_000.0)
      var held: [String: Double] = [:]
      let days = ["2018-04-01T00:00Z", "2018-04-20T00:00Z", "2018-04-26T00:00Z"]
      for (index, day) in days.enumerated() {
        let report = try allocate("--as-of", day)
        func close(_ symbol: String) throws -> Double {
          try TrainedPortfolio.lastClose(symbol, before: day)
        }
        if index > 0 {
          value = cash
          for (symbol, quantity) in held { value += quantity * (try close(symbol)) }
          let from = try #require(report["heldFrom"] as? String)
          #expect(from.contains(days[index - 1]), "\(from)")
        }
        let equity = try #require(report["equity"] as? Double)
        // Half a percent leaves room for the costs of the trades in between.
        #expect(abs(equity / value - 1) < 0.005, "\(day): equity \(equity), bought is \(value)")
        let targets = try targets(report)
        cash = value * (1 - targets.values.reduce(0, +))
        for (symbol, weight) in targets { held[symbol] = weight * value / (try close(symbol)) }
      }
    }

    @Test func `the same weights of another equity are another allocation`() throws {
      let day = "2018-04-20T00:00Z"
      let first = try allocate("--as-of", day)
      try place.write("CASH,5000000\n", to: "held.csv")
      let rich = try allocate("--as-of", day, "--holdings", "held.csv")
      #expect(rich["runHash"] as? String == first["runHash"] as? String)
      let next = try allocate()
      let equity = try #require(next["equity"] as? Double)
      #expect(equity > 2_500_000, "\(equity)")
      #expect((next["heldFrom"] as? String)?.contains(day) == true)
    }

    @Test func `what could not be told is not remembered, and neither is a dry run`() throws {
      let rows = try rowCounts(of: place.url("bars.sqlite"))
      expectFailure(
        try place.run("allocate", "pair.yaml", "--csv", "pair.yaml/x.csv"),
        naming: "pair.yaml/x.csv", "cannot be written")
      _ = try allocate("--as-of", "2018-04-20", "--dry-run")
      #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
      #expect(try allocate()["heldFrom"] as? String == "cash")
      #expect(try rowCounts(of: place.url("bars.sqlite"))["run"] == 1)
    }

    @Test func `a position that has left the portfolio is not taken for cash`() throws {
      _ = try allocate("--as-of", "2018-04-20")
      try execute(
        "UPDATE allocation SET symbol = 'XRP', weight = 0.25 WHERE symbol = 'ETH'",
        on: place.url("bars.sqlite"))
      expectFailure(
        try place.run("allocate", "pair.yaml"),
        naming: "the allocation of 2018-04-20T00:00Z holds XRP", "no part in pair now",
        "--holdings FILE")
      try place.write("CASH,100000\n", to: "held.csv")
      _ = try allocate("--holdings", "held.csv")
    }

    @Test func `slow bars that ended long before the hours size nothing`() throws {
      try place.write(try TrainedPortfolio.days("BTC", before: "2018-02-01"), to: "BTC-1d.csv")
      try place.good("ingest", "BTC-1d.csv")
      for command in ["allocate", "backtest"] {
        expectFailure(
          try place.run(command, "pair.yaml"), naming: "pair.yaml",
          "BTC 1d end at 2018-02-01T00:00Z", "1h at \(TrainedPortfolio.end)",
          "`regimefolio ingest FILE --symbol 'BTC' --timeframe 1d`")
      }
      try place.write(try TrainedPortfolio.days("BTC"), to: "BTC-1d.csv")
      try place.good("ingest", "BTC-1d.csv")
      _ = try allocate()
      // A hole is an end to whoever stands in it.
      let days = try TrainedPortfolio.days("ETH").split(separator: "\n")
      try place.write(
        days.filter { $0 < "2018-02-01" || $0 > "2018-03-01" }.joined(separator: "\n") + "\n",
        to: "ETH-1d.csv")
      try place.good("ingest", "ETH-1d.csv")
      _ = try allocate()
      expectFailure(
        try place.run("allocate", "pair.yaml", "--as-of", "2018-02-20"),
        naming: "ETH 1d end at 2018-02-01T00:00Z", "1h at 2018-02-20T00:00Z", "ingest")
    }

    @Test func `before the first bar there is nothing to decide on`() throws {
      expectFailure(
        try place.run("allocate", "pair.yaml", "--as-of", "2016-01-01"),
        naming: "2016-01-01T00:00Z", "later --as-of")
    }

    @Test func `data older than --max-age fail, and their age is a note otherwise`() throws {
      let run = try place.run("allocate", "pair.yaml", "--max-age", "5")
      expectFailure(run, naming: "--max-age 5", "d old", "ingest")
      let report = try allocate("--max-age", "1000000")
      let notes = try #require(report["notes"] as? [String])
      #expect(notes.contains { $0.contains("d old") }, "\(notes)")
    }

    @Test func `the report shows each symbol's way from prior to target`() throws {
      let run = try place.good("allocate", "pair.yaml", "--html", "pages/now.html")
      for part in [
        "pair: allocation at \(TrainedPortfolio.end)", "trades from cash", "BTC", "ETH",
        "prior 50.0 %", "vol target", "regime", "tilt x", "limits", "Correlations", "run hash",
        "report: pages/now.html",
      ] {
        #expect(run.output.contains(part), "\(part) in \(run.output)")
      }
      for line in run.outputLines { #expect(line.count <= 100, "\(line)") }
      #expect(try place.read("pages/now.html").lowercased().hasPrefix("<!doctype html"))
    }

    @Test func `without a serving model the portfolio's train command is named`() throws {
      try FileManager.default.removeItem(at: place.url("models"))
      for command in ["allocate", "backtest", "signals", "report"] {
        expectFailure(
          try place.run(command, "pair.yaml"), naming: "BTC 1h", "regimefolio train pair.yaml")
      }
    }
  }
}
