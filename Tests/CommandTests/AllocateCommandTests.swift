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
        let report = try allocate("--as-of", day, "--carry-out")
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
      let first = try allocate("--as-of", day, "--carry-out")
      try place.write("CASH,5000000\n", to: "held.csv")
      let rich = try allocate("--as-of", day, "--carry-out", "--holdings", "held.csv")
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

    @Test func `a look back is not what is held, unless it is said to be`() throws {
      let day = "2018-04-01T00:00Z"
      #expect(try allocate("--as-of", day, "--carry-out")["isCarriedOut"] as? Bool == true)
      let rows = try rowCounts(of: place.url("bars.sqlite"))
      let look = try place.good("allocate", "pair.yaml", "--as-of", "2018-04-20T00:00Z")
      #expect(look.output.contains("not taken as carried out: --as-of lies in the past"))
      #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
      #expect(
        try allocate("--as-of", "2018-04-20T00:00Z")["isCarriedOut"] as? Bool == false)
      let now = try allocate("--as-of", TrainedPortfolio.end)
      #expect((now["heldFrom"] as? String)?.contains(day) == true)
      // The last close is no past, however it is asked for.
      #expect(now["isCarriedOut"] as? Bool == true)
      let told = try place.good("allocate", "pair.yaml")
      #expect(told.output.hasSuffix("the next allocation starts from this one (--dry-run: not)\n"))
    }

    @Test func `a trade that the turnover has slowed is finished inside the band`() throws {
      // Both trades are so much inside the band that nothing else would go on with them.
      let slow = ["--set", "limits.turnover=0.1", "--set", "allocation.band=0.95"]
      func day(_ asOf: String, _ more: String...) throws -> [String: Any] {
        try place.good(["allocate", "pair.yaml", "--json", "--as-of", asOf] + slow + more).object()
      }
      func reasons(_ report: [String: Any]) throws -> [String] {
        let rows = try #require(report["rows"] as? [[String: Any]])
        return try rows.map { row in
          let line = try #require(row["line"] as? [String: Any])
          return try #require(line["reasons"] as? [String]).joined(separator: "; ")
        }
      }
      let first = try day("2018-04-20T00:00Z", "--carry-out")
      #expect(try reasons(first).allSatisfy { $0.contains("turnover limit") })
      let second = try day("2018-04-21T00:00Z", "--dry-run")
      #expect(
        try reasons(second).allSatisfy { $0.contains("finishes the trade of the decision before") })
      let traded = try #require(second["rows"] as? [[String: Any]])
      for row in traded { #expect((row["tradeQuantity"] as? Double ?? 0) > 0) }

      // The same quantities from a file: nobody knows that they are half a trade.
      let bought = try #require(first["rows"] as? [[String: Any]])
      var held = "CASH,90000\n"
      for row in bought {
        let symbol = try #require(row["symbol"] as? String)
        held += "\(symbol),\(try #require(row["tradeQuantity"] as? Double))\n"
      }
      try place.write(held, to: "held.csv")
      let third = try day("2018-04-21T00:00Z", "--dry-run", "--holdings", "held.csv")
      #expect(try reasons(third).allSatisfy { $0.contains("within the band") })
      let notes = try #require(third["notes"] as? [String])
      #expect(notes.contains { $0.contains("limits.turnover") && $0.contains("slowed") })
      #expect(
        try #require(second["notes"] as? [String]).allSatisfy { !$0.contains("limits.turnover") })
    }

    @Test func `the answer names the bars, models and settings that it rests on`() throws {
      func inputs(_ report: [String: Any]) throws -> [String: (value: String, detail: String)] {
        var inputs: [String: (value: String, detail: String)] = [:]
        for entry in try #require(report["inputs"] as? [[String: String]]) {
          let name = try #require(entry["name"])
          #expect(inputs[name] == nil, "\(name) is there twice")
          inputs[name] = (try #require(entry["value"]), entry["detail"] ?? "")
        }
        return inputs
      }
      let now = try inputs(try allocate("--dry-run"))
      #expect(
        now.keys.sorted() == [
          "bars BTC 1h", "bars ETH 1h", "model BTC 1h", "model BTC 4h", "model ETH 1h",
          "model ETH 4h", "numerics", "settings", "software",
        ])
      for symbol in ["BTC", "ETH"] {
        let bars = try #require(now["bars \(symbol) 1h"])
        let count = try TrainedPortfolio.sampleRows(symbol).count
        let told = bars.detail.split(separator: " bars, ")
        #expect(told.first?.filter(\.isNumber) == "\(count)", "\(bars.detail)")
        #expect(told.last?.hasSuffix("to \(TrainedPortfolio.end)") == true, "\(bars.detail)")
        for timeframe in ["1h", "4h"] {
          let model = try #require(now["model \(symbol) \(timeframe)"])
          #expect(model.detail == "trained to \(TrainedPortfolio.end)")
          #expect(place.holds("models/\(symbol)/\(timeframe)/\(model.value)"))
        }
      }
      let before = try inputs(try allocate("--as-of", "2018-04-20T00:00Z"))
      #expect(before["bars BTC 1h"]?.value != now["bars BTC 1h"]?.value)
      #expect(before["model BTC 1h"]?.value == now["model BTC 1h"]?.value)
      let other = try inputs(try allocate("--dry-run", "--set", "allocation.band=0.5"))
      #expect(other["settings"]?.value != now["settings"]?.value)
      // A backtest's bars are told in the same words.
      let backtest = try place.good("backtest", "pair.yaml", "--json").object()
      let entries = try #require(backtest["inputs"] as? [[String: String]])
      let bars = entries.first { $0["name"] == "bars BTC 1h" }
      #expect(bars?["detail"] == now["bars BTC 1h"]?.detail)
    }

    @Test func `the costs of the trades are those of the portfolio's own settings`() throws {
      let report = try place.good(
        "allocate", "pair.yaml", "--json", "--dry-run", "--set", "costs.commission=0.002", "--set",
        "costs.slippage=0.001", "--set", "costs.half_spread=0.003"
      ).object()
      let rows = try #require(report["rows"] as? [[String: Any]])
      // Bought 0.4 % above the close, and 0.2 % of that for the broker.
      var expected = 0.0
      for row in rows {
        let quantity = try #require(row["tradeQuantity"] as? Double)
        let price = try #require(row["price"] as? Double)
        #expect(quantity > 0)
        expected += quantity * price * (0.004 + 0.002 * 1.004)
      }
      let cost = try #require(report["expectedCost"] as? Double)
      #expect(abs(cost / expected - 1) < 1e-9, "\(cost), expected \(expected)")
      let text = try place.good("allocate", "pair.yaml", "--dry-run").output
      #expect(text.contains("costs of these trades about "))
    }

    @Test func `a position that no rule has opened says which rule it was`() throws {
      let rules = [
        "--set", "allocation.mode=in_out", "--set", "forecast.gate=off", "--set",
        "entry.threshold=0.9",
      ]
      let report = try place.good(["allocate", "pair.yaml", "--json", "--dry-run"] + rules)
        .object()
      let rows = try #require(report["rows"] as? [[String: Any]])
      #expect(rows.map { $0["refusal"] as? String } == ["below threshold", "below threshold"])
      let text = try place.good(
        ["allocate", "pair.yaml", "--dry-run", "--html", "now.html"] + rules
      ).output
      #expect(text.contains("no entry: below threshold"))
      #expect(text.contains("all cash: no position is open") && text.contains("none bound"))
      let page = try place.read("now.html")
      #expect(page.contains("no entry: below threshold"))
      #expect(page.contains("All cash: no position is open. No limit bound."))
      #expect(!page.contains("The targets:"))
    }

    @Test func `another file of the same name does not start from its holdings`() throws {
      func folder(_ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(
          at: place.url(name), withIntermediateDirectories: true)
        try place.write(text, to: "\(name)/mine.yaml")
      }
      func allocate(_ folder: String, _ extra: String...) throws -> (equity: Double, from: String) {
        let run = try place.good(["allocate", "\(folder)/mine.yaml", "--json"] + extra)
        let report = try run.object()
        return (
          try #require(report["equity"] as? Double), try #require(report["heldFrom"] as? String)
        )
      }
      try folder("s1", TrainedPortfolio.text)
      try folder("s2", TrainedPortfolio.text + "capital: {cash: 5000}\n")
      let day = "2018-04-20T00:00Z"
      _ = try allocate("s1", "--as-of", day, "--carry-out")
      expectFailure(
        try place.run("allocate", "s2/mine.yaml"), naming: "the allocation of \(day) is of",
        place.url("s1/mine.yaml").path, "--holdings FILE", "rename s2/mine.yaml",
        "`regimefolio allocate s2/mine.yaml --moved-from '")
      // What is held is said once; from then on each goes on from its own.
      try place.write("CASH,5000\n", to: "held.csv")
      let second = try allocate(
        "s2", "--as-of", day, "--carry-out", "--holdings", "held.csv")
      #expect(second.equity == 5000)
      let (rich, poor) = (try allocate("s1", "--dry-run"), try allocate("s2", "--dry-run"))
      #expect(rich.equity > 50_000 && rich.from.contains(day), "\(rich)")
      #expect(poor.equity < 10_000 && poor.from.contains(day), "\(poor)")
      // A file that was moved says where it was.
      try FileManager.default.moveItem(at: place.url("s1"), to: place.url("s3"))
      expectFailure(
        try place.run("allocate", "s3/mine.yaml"), naming: "the allocation of \(day) is of")
      expectFailure(
        try place.run("allocate", "s3/mine.yaml", "--moved-from", "s9/mine.yaml"),
        naming: "no allocation of \(place.url("s9/mine.yaml").path)", "--holdings FILE")
      for report in [try allocate("s3", "--moved-from", "s1/mine.yaml"), try allocate("s3")] {
        #expect(report.equity == rich.equity && report.from == rich.from)
      }
      #expect(try allocate("s2", "--dry-run").equity == poor.equity)
      // A project that is moved with its database is the same.
      let elsewhere = try Workplace(copyOf: place)
      let moved = try elsewhere.good("allocate", "s2/mine.yaml", "--dry-run", "--json").object()
      #expect(moved["equity"] as? Double == poor.equity)
    }

    @Test func `a move can be told at every close, the one that was allocated at too`() throws {
      func from(_ file: String, _ extra: String...) throws -> String {
        let run = try place.good(["allocate", file, "--json", "--carry-out"] + extra)
        return try #require(try run.object()["heldFrom"] as? String)
      }
      func move(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(at: place.url(old), to: place.url(new))
      }
      let days = ["2018-04-18T00:00Z", "2018-04-20T00:00Z", "2018-04-22T00:00Z"]
      #expect(try from("pair.yaml", "--as-of", days[0]) == "cash")
      // Asked again at its own close it starts from what was held before: nothing.
      try move("pair.yaml", "second.yaml")
      #expect(
        try from("second.yaml", "--moved-from", "pair.yaml", "--as-of", days[0]) == "cash")
      try move("second.yaml", "third.yaml")
      for (day, last) in zip(days.dropFirst(), days) {
        for _ in 1...2 {
          let held = try from("third.yaml", "--moved-from", "second.yaml", "--as-of", day)
          #expect(held == "allocation of \(last) at current prices")
        }
      }
      #expect(
        try from("third.yaml", "--as-of", days[2])
          == "allocation of \(days[1]) at current prices")
      // What is written to the old place is another portfolio, whose book is not this one's.
      try place.write(TrainedPortfolio.text, to: "second.yaml")
      expectFailure(
        try place.run("allocate", "third.yaml", "--moved-from", "second.yaml"),
        naming: "second.yaml is there", "third.yaml", "leave --moved-from out")
    }

    @Test func `a folder and a link to it are one place, after a move too`() throws {
      let manager = FileManager.default
      try manager.createDirectory(at: place.url("real"), withIntermediateDirectories: true)
      try manager.createSymbolicLink(at: place.url("link"), withDestinationURL: place.url("real"))
      try manager.moveItem(at: place.url("pair.yaml"), to: place.url("real/old.yaml"))
      let day = "2018-04-20T00:00Z"
      try place.good("allocate", "link/old.yaml", "--as-of", day, "--carry-out")
      try manager.moveItem(at: place.url("real/old.yaml"), to: place.url("real/new.yaml"))
      for folder in ["link", "real"] {
        let report = try place.good(
          "allocate", "\(folder)/new.yaml", "--moved-from", "\(folder)/old.yaml", "--dry-run",
          "--json"
        ).object()
        #expect(report["heldFrom"] as? String == "allocation of \(day) at current prices")
      }
      // The folder itself may be gone, too.
      try manager.moveItem(at: place.url("real"), to: place.url("other"))
      try manager.createSymbolicLink(at: place.url("here"), withDestinationURL: place.folder)
      for old in ["here/real/old.yaml", place.folder.path + "/gone/../here/real/old.yaml"] {
        try place.good("allocate", "other/new.yaml", "--moved-from", old, "--dry-run")
      }
    }

    @Test func `a position that has left the portfolio is not taken for cash`() throws {
      _ = try allocate("--as-of", "2018-04-20", "--carry-out")
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

    @Test func `slow bars that end when the tests do are enough for them, and size nothing later`()
      throws
    {
      try place.write(try TrainedPortfolio.days("BTC", before: "2018-02-01"), to: "BTC-1d.csv")
      try place.good("ingest", "BTC-1d.csv")
      let settings = ["split.start=2018-01-08", "split.end=2018-02-01"].flatMap { ["--set", $0] }
      try place.good(["train", "pair.yaml"] + settings)
      try place.good(["backtest", "pair.yaml"] + settings)
      expectFailure(
        try place.run(
          "allocate", "pair.yaml", settings[0], settings[1], settings[2], settings[3]),
        naming: "BTC 1d end at 2018-02-01T00:00Z", "1h at \(TrainedPortfolio.end)")
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

/// `allocate` on bars that end after the clock's time.
@Suite struct FutureBarTests {
  @Test func `bars of the future are no ground for a trade of today`() throws {
    let place = try Workplace()
    let start = Date(timeIntervalSinceNow: -1100 * 86_400)
    let run = try place.bare([
      "simulate", "--out", "m", "--symbols", "1", "--timeframe", "1d", "--bars", "1099", "--start",
      start.formatted(.iso8601.year().month().day()), "--quiet",
    ])
    try #require(run.status == 0, "\(run.testDescription)")
    try place.good("ingest", "m/SIM001-1d.csv", "--symbol", "A")
    try place.write("symbols: [A]\ntimeframes: {1d: 1}\nmarket: crypto\n", to: "p.yaml")
    // Nothing is trained: it is the last thing missing.
    expectFailure(try place.run("allocate", "p.yaml"), naming: "regimefolio train p.yaml")

    try addFutureBar(toSeries: 1, of: place.url("bars.sqlite"))
    try place.good("data", "check")
    expectFailure(
      try place.run("allocate", "p.yaml"), naming: "which has not come yet", "--as-of")
    // What was known this morning is.
    let today = Date().formatted(.iso8601.year().month().day())
    expectFailure(
      try place.run("allocate", "p.yaml", "--as-of", today), naming: "regimefolio train p.yaml")
  }
}
