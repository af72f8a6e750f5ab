import Foundation
import Testing

extension TrainedPortfolioTests {
  /// `verify` as its user runs it: what it prints, its exit codes, and what it leaves alone.
  @Suite struct VerifyCommandTests {
    @Test func `all eight promises hold, each with what was compared, and nothing is written`()
      throws
    {
      let place = try TrainedPortfolio.copy()
      // Days that are told to be bars of two hours, with one that is still forming. The portfolio does not
      // read them.
      let database = place.url("bars.sqlite")
      try place.write(TrainedPortfolio.days("ETH"), to: "days.csv")
      try place.good("ingest", "days.csv", "--symbol", "ETH", "--timeframe", "2h")
      let series = try column("SELECT id FROM series WHERE timeframe = '2h'", of: database)
      try addFutureBar(toSeries: try #require(Int(series[0])), of: database)
      let before = try place.files(in: "models")
      let rows = try rowCounts(of: database)
      let run = try place.good("verify", "pair.yaml", "--json")
      let object = try run.object()
      #expect(object["holds"] as? Bool == true)
      #expect((object["runHash"] as? String)?.count == 64)
      let promises = try #require(object["promises"] as? [[String: Any]])
      #expect(promises.map { $0["promise"] as? Int } == Array(1...8))
      for promise in promises {
        let checks = try #require(promise["checks"] as? [[String: Any]])
        #expect(!checks.isEmpty, "\(promise["title"] ?? "")")
        for check in checks {
          #expect(check["holds"] as? Bool == true, "\(check)")
          #expect((check["values"] as? Int ?? 0) > 0 && check["compared"] is String, "\(check)")
        }
        #expect((promise["seconds"] as? Double ?? -1) >= 0)
      }
      // What a killed ingest has acknowledged is known by what an ingest prints.
      let notes = promises.flatMap { $0["checks"] as? [[String: Any]] ?? [] }
        .flatMap { $0["notes"] as? [String] ?? [] }
      #expect(notes.contains { $0.hasSuffix("which acknowledges 3 files") }, "\(notes)")
      #expect(try place.files(in: "models") == before)
      #expect(try rowCounts(of: database) == rows)
    }

    @Test func `the run that is proved is the backtest's`() throws {
      let place = try TrainedPortfolio.copy()
      let proved = try place.good("verify", "pair.yaml", "--promise", "5", "--json").object()
      let run = try place.good("backtest", "pair.yaml", "--json").object()
      #expect(proved["runHash"] as? String == run["runHash"] as? String)
    }

    @Test(arguments: [
      ["allocation.band=0.001"],
      ["allocation.band=0.125", "limits.throttle.halt=0.3", "limits.throttle.floor=0.8"],
    ])
    func `whatever the band is, another run is another trial`(settings: [String]) throws {
      try TrainedPortfolio.place.good(
        ["verify", "pair.yaml", "--promise", "7"] + settings.flatMap { ["--set", $0] })
    }

    @Test func `text names the promises that were asked for, and quiet has a line each`() throws {
      let place = try TrainedPortfolio.place
      let text = try place.good("verify", "pair.yaml", "--promise", "5", "--promise", "4").output
      #expect(text.contains("4 books balance: holds, ") && text.contains("5 limits hold: holds, "))
      #expect(text.contains("  compared: ") && !text.contains("1 no look-ahead"))
      for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
      #expect(!text.contains("…"), "names are broken into lines, not cut: \(text)")
      let quiet = try place.good("verify", "pair.yaml", "--promise", "4", "--quiet")
      #expect(quiet.outputLines.count == 3 && quiet.errors.isEmpty, "\(quiet.testDescription)")
    }

    @Test func `a run that trades too little proves nothing, which is a failure`() throws {
      let place = try TrainedPortfolio.copy()
      let late = ["--set", "split.end=2018-01-25", "--set", "split.start=2018-01-08"]
      try place.good("train", "pair.yaml", late[0], late[1], late[2], late[3])
      let run = try place.run(
        "verify", "pair.yaml", "--promise", "4", late[0], late[1], late[2], late[3])
      expectFailure(
        run, naming: "pair.yaml", "promise 4 (books balance)", "proved nothing",
        output: run.output)
      #expect(run.output.contains("4 books balance: DOES NOT HOLD"), "\(run.testDescription)")
    }

    @Test func `models that are not there are an error that says how to make them`() throws {
      expectFailure(
        try TrainedPortfolio.place.run("verify", "pair.yaml", models: "none"),
        naming: "no model", "regimefolio train pair.yaml")
    }

    @Test func `a promise that does not exist is a usage error`() throws {
      let run = try TrainedPortfolio.place.run("verify", "pair.yaml", "--promise", "9")
      #expect(run.status == 2 && run.errors.contains("promises 1 to 8"), "\(run.testDescription)")
    }

    #if PLANTED_DEFECTS
      private static let lacksDefects = false
    #else
      private static let lacksDefects = true
    #endif

    /// The defects, and what verify says of each, stand in the output of `mutation`.
    @Test(
      .disabled(if: lacksDefects, "built without planted defects; `make test` builds with them"))
    func `every planted defect is found, by the promise that it breaks`() throws {
      let place = try TrainedPortfolio.copy()
      let program = try Program.executable().deletingLastPathComponent()
        .appendingPathComponent("mutation")
      let run = try Program.run(
        ["pair.yaml", "--db", "bars.sqlite", "--models", "models"], in: place.folder,
        program: program, limit: 900)
      #expect(run.status == 0, "\(run.output)\n\(run.errors)")
      let found = run.outputLines.filter { $0.contains("  yes  ") }
      #expect(found.count >= 19, "\(run.output)")
    }
  }
}
