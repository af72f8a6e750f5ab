import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct TrainCommandTests {
    @Test func `training again trains nothing, adds no row and changes no file`() throws {
      let place = try TrainedPortfolio.copy()
      let (rows, files) = (
        try rowCounts(of: place.url("bars.sqlite")), try place.files(in: "models")
      )
      #expect(rows["model"] == Int64(TrainedPortfolio.bundles))
      let run = try place.good("train", "pair.yaml", "--json")
      let outcome = try run.object()
      #expect(outcome["trained"] as? Int == 0)
      #expect(outcome["reused"] as? Int == TrainedPortfolio.bundles)
      #expect(try rowCounts(of: place.url("bars.sqlite")) == rows)
      #expect(try place.files(in: "models") == files)
    }

    @Test func `training elsewhere, on other workers, writes the same bytes`() throws {
      let place = try TrainedPortfolio.untrained()
      let run = try place.good("train", "pair.yaml", "--workers", "1")
      #expect(run.output.hasPrefix("\(TrainedPortfolio.bundles) models trained, 0 there already"))
      #expect(run.output.hasSuffix("next: regimefolio backtest pair.yaml\n"))
      let (found, expected) = (
        try place.files(in: "models"), try TrainedPortfolio.place.files(in: "models")
      )
      #expect(Set(found.keys) == Set(expected.keys))
      for (path, bytes) in expected { #expect(found[path] == bytes, "\(path)") }
    }

    @Test func `where every symbol is left out, train and allocate say why`() throws {
      let place = try TrainedPortfolio.copy()
      let settings = ["model.on_missing=exclude", "model.min_bars=100000"].flatMap {
        ["--set", $0]
      }
      for command in ["train", "allocate"] {
        let run = try place.bare(
          [command, "pair.yaml"] + settings + ["--db", "bars.sqlite", "--models", "models"])
        expectFailure(
          run, naming: "every symbol is left out", "1h: BTC is left out: ",
          "4h: ETH is left out: ", "bars of 100000")
      }
    }

    @Test func `a model setting asks for other models, another setting does not`() throws {
      let place = try TrainedPortfolio.copy()
      let other = try place.good("train", "pair.yaml", "--json", "--set", "entry.confidence=0.9")
      #expect(try other.object()["trained"] as? Int == 0)
      expectFailure(
        try place.run("backtest", "pair.yaml", "--set", "regime.states=2"), naming: "no model",
        "`regimefolio train pair.yaml --set regime.states=2`")
      expectFailure(
        try place.run(
          "backtest", "pair.yaml", "--set", "features=[return_1, return_20]", "--profile",
          "conservative"), naming: "no model",
        "`regimefolio train pair.yaml --set 'features=[return_1, return_20]' "
          + "--profile conservative`")
    }

    @Test func `after kill -9 it goes on where it was`() throws {
      let place = try TrainedPortfolio.untrained()
      for delay in [0.1, 0.2] {
        _ = try Program.run(
          ["train", "pair.yaml", "--db", "bars.sqlite", "--models", "models"], in: place.folder,
          killedAfter: delay)
      }
      try place.good("train", "pair.yaml")
      let found = try place.files(in: "models")
      for (path, bytes) in try TrainedPortfolio.place.files(in: "models") {
        #expect(found[path] == bytes, "\(path)")
      }
      let list = try place.good("models", "list")
      #expect(list.outputLines.count == TrainedPortfolio.bundles)
      try place.good("data", "check")
    }

    /// Gives the bars a column of noise: twelve numbers of a congruential generator a value (Knuth's
    /// MMIX), summed, which is all but Gaussian.
    private func addMood(_ place: Workplace) throws {
      for symbol in ["BTC", "ETH"] {
        var seed: UInt64 = 42
        let rows = try TrainedPortfolio.sampleRows(symbol).map { row in
          var sum = -6.0
          for _ in 0..<12 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum += Double(seed >> 11) * 0x1p-53
          }
          return row.joined(separator: ",") + ",\(sum)"
        }
        try place.write(
          "time,open,close,high,low,volume,mood\n" + rows.joined(separator: "\n") + "\n",
          to: "\(symbol)-1h-mood.csv")
        try place.good(
          "ingest", "\(symbol)-1h-mood.csv", "--symbol", symbol, "--timeframe", "1h")
      }
    }

    @Test func `a fit that says next to nothing warns in train, backtest and allocate`() throws {
      let place = try TrainedPortfolio.copy()
      try addMood(place)
      let settings = [
        "regime.states=2", "regime.observations=[extra.mood]", "split.inner_folds=0",
      ].flatMap { ["--set", $0] }
      let train = try place.good(["train", "pair.yaml", "--json"] + settings).object()
      let warnings = try #require(train["warnings"] as? [String])
      #expect(warnings.contains { $0.contains("regime of BTC 1h") && $0.contains("nats a bar") })
      let report = try place.good(["backtest", "pair.yaml", "--json"] + settings).object()
      let told = try #require(report["warnings"] as? [String])
      for warning in warnings { #expect(told.contains(warning)) }
      let allocation = try place.good(["allocate", "pair.yaml"] + settings)
      #expect(allocation.output.contains("regimes that say next to nothing"))
      let good = try place.good("train", "pair.yaml", "--json").object()
      #expect((good["warnings"] as? [String])?.isEmpty == true)
    }

    @Test func `a column of the user's is read by its name, and missed by its name`() throws {
      let place = try TrainedPortfolio.copy()
      expectFailure(
        try place.run("train", "pair.yaml", "--set", "features=[return_1, extra.mood]"),
        naming: "pair.yaml", "no column 'mood'")
      try addMood(place)
      let settings = ["--set", "features=[return_1, extra.mood]", "--set", "split.inner_folds=0"]
      let train = try place.good(["train", "pair.yaml", "--json"] + settings).object()
      #expect((train["trained"] as? Int ?? 0) > 0)
      let manifest = try place.good("models", "show", "BTC", "4h", "--json").object()
      #expect(manifest["features"] as? [String] == ["return_1", "extra.mood"])
      try place.good(["backtest", "pair.yaml"] + settings)
      // What no model reads changes no model.
      #expect(try place.good("train", "pair.yaml", "--json").object()["trained"] as? Int == 0)
      expectFailure(
        try place.run("train", "pair.yaml", "--set", "features=[extra.mod]"),
        naming: "no column 'mod'", "there is mood")
    }

    @Test func `what a killed training left half-written goes after a day`() throws {
      let place = try TrainedPortfolio.copy()
      let files = FileManager.default
      let name = "models/BTC/1h/.tmp-0badc0de-0000-4000-8000-00000000000"
      for (digit, age) in [("1", 90_000.0), ("2", 60)] {
        let folder = place.url(name + digit)
        try files.createDirectory(at: folder, withIntermediateDirectories: false)
        try files.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: folder.path)
      }
      try place.good("train", "pair.yaml")
      #expect(!place.holds(name + "1") && place.holds(name + "2"))
    }

    private static var isRoot: Bool { geteuid() == 0 }

    @Test(.disabled(if: isRoot, "root is denied nothing by file permissions"))
    func `a folder of models that cannot be read is warned of, when the training is finished`()
      throws
    {
      let place = try TrainedPortfolio.untrained()
      let folder = place.url("models/OTHER/1h")
      let files = FileManager.default
      try files.createDirectory(at: folder, withIntermediateDirectories: true)
      try files.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path)
      let run = try place.run("train", "pair.yaml", "--json")
      try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
      #expect(run.status == 0, "\(run.testDescription)")
      let warnings = try #require(try run.object()["warnings"] as? [String])
      #expect(warnings.contains { $0.contains("models/OTHER/1h") }, "\(warnings)")
      // The serving models are active, with what their record has earned.
      try place.good("allocate", "pair.yaml", "--dry-run")
    }

    @Test func `a column that one huge value has left out is missed by name`() throws {
      let place = try TrainedPortfolio.copy()
      for symbol in ["BTC", "ETH"] {
        let rows = try TrainedPortfolio.sampleRows(symbol).enumerated().map { index, row in
          row.joined(separator: ",") + (index == 500 ? ",1e200" : ",\(index % 7)")
        }
        try place.write(
          "time,open,close,high,low,volume,mood\n" + rows.joined(separator: "\n") + "\n",
          to: "\(symbol)-1h-mood.csv")
        try place.good(
          "ingest", "\(symbol)-1h-mood.csv", "--symbol", symbol, "--timeframe", "1h")
      }
      expectFailure(
        try place.run("train", "pair.yaml", "--set", "features=[return_1, extra.mood]"),
        naming: "BTC has no column 'mood'")
    }

    @Test func `quiet prints nothing`() throws {
      let run = try TrainedPortfolio.copy().good("train", "pair.yaml", "--quiet")
      #expect(run.output.isEmpty && run.errors.isEmpty, "\(run.testDescription)")
    }
  }
}
