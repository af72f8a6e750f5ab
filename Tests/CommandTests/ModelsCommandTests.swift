import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct ModelsCommandTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private func list() throws -> [[String: Any]] {
      let run = try place.good("models", "list", "--json")
      return try #require(try run.json() as? [[String: Any]])
    }

    @Test func `list marks the one bundle a node that serves`() throws {
      let lines = try place.good("models", "list").outputLines
      #expect(lines.count == TrainedPortfolio.bundles)
      let serving = lines.filter { $0.hasPrefix("* ") }
      #expect(serving.count == 4)
      #expect(serving.allSatisfy { $0.contains("to \(TrainedPortfolio.end)") }, "\(serving)")
      #expect(lines.allSatisfy { $0.hasPrefix("* ") || $0.hasPrefix("  ") })
      let entries = try list()
      #expect(entries.count == lines.count)
      #expect(entries.filter { $0["active"] as? Bool == true }.count == 4)
      for (line, entry) in zip(lines, entries) {
        let id = try #require(entry["id"] as? String)
        #expect(id.count == 64 && line.contains(id.prefix(12)))
      }
    }

    @Test func `show prints the manifest of what serves, or of an id by its beginning`() throws {
      let serving = try place.good("models", "show", "ETH", "4h", "--json").object()
      let id = try #require(serving["id"] as? String)
      #expect(id == (try place.read("models/ETH/4h/active")).trimmingCharacters(in: .newlines))
      let found = try place.good(
        "models", "show", "ETH", "4h", String(id.prefix(8)), "--json"
      ).object()
      #expect(found["id"] as? String == id)
      expectFailure(
        try place.run("models", "show", "ETH", "4h", "zz"), naming: "ETH 4h", "zz",
        "regimefolio models list")
      expectFailure(try place.run("models", "show", "DOGE", "4h"), naming: "DOGE 4h")
    }

    @Test func `show says what the regimes are and how far the networks agree`() throws {
      let lines = try place.good("models", "show", "BTC", "1h").outputLines
      let id = try place.read("models/BTC/1h/active")
      #expect(lines.first == "BTC 1h \(id.prefix(12))")
      #expect(
        lines.contains(
          "regime: 3 states, diagonal covariance, observes log_return, log_volatility_20"))
      for name in ["calm", "normal", "turbulent"] {
        let row = try #require(lines.first { $0.contains(" \(name) ") }, "\(lines)")
        #expect(row.contains("%"))
        // Two digits of the error (three where it rounds up), as many decimals of the mean.
        let figures = row.matches(of: /-?\d+\.(\d+) ± 0\.(0*([1-9]\d*))/)
        #expect(
          figures.count == 2
            && figures.allSatisfy { $0.1.count == $0.2.count && (2...3).contains($0.3.count) },
          "\(row)")
      }
      #expect(lines.contains { $0.contains("natural logarithms and ratios, not per cent") })
      #expect(!lines.contains { $0.contains("on start to") })
      #expect(lines.contains("forecast: 1 network and a ridge regression, 19 features"))
      #expect(!lines.contains { $0.contains("warning") || $0.contains("networks differ") })
    }

    @Test func `a chosen number of states, a poor fit and an ensemble's spread are shown`() throws {
      let settings = [
        "regime.states=1..2", "regime.observations=[close_location]", "regime.covariance=full",
        "forecast.seeds=2", "forecast.epochs=1", "split.inner_folds=0",
      ]
      let train = try place.good(["train", "pair.yaml"] + settings.flatMap { ["--set", $0] })
      let poor = train.outputLines.filter { $0.hasPrefix("warning: regime of ") }
      let shown = try place.good("models", "show", "BTC", "1h").outputLines
      let manifest = try place.good("models", "show", "BTC", "1h", "--json").object()
      let metrics = try #require(manifest["metrics"] as? [String: Any])
      let figures = try #require(metrics["inSample"] as? [String: Double])
      let states = Int(try #require(figures["regime.states"]))
      #expect(
        shown.contains(
          "regime: \(states == 1 ? "1 state" : "2 states"), full covariance, observes"
            + " close_location"))
      #expect(shown.contains { $0.contains("chosen by BIC") && $0.contains("1: ") })
      #expect(figures["regime.bic.1"] != nil && figures["regime.bic.2"] != nil)
      #expect(shown.contains { $0.contains("networks differ by") })
      #expect(try #require(figures["ensemble.spread"]) >= 0)
      let gain = try #require(figures["regime.gain_over_gaussian_per_bar"])
      let isPoor = states > 1 && gain < 0.05
      #expect(shown.contains { $0.contains("warning:") } == isPoor)
      #expect(poor.contains { $0.contains("BTC 1h") } == isPoor)
    }

    @Test func `activate makes another bundle serve, train the latest again`() throws {
      let good = try place.read("models/BTC/1h/active")
      try place.good("train", "pair.yaml", "--set", "model.seed=7")
      let other = try place.read("models/BTC/1h/active")
      #expect(other != good)
      let run = try place.good("models", "activate", "BTC", "1h", String(good.prefix(12)))
      #expect(run.output == "BTC 1h: \(good.prefix(12)) serves\n")
      #expect(try place.read("models/BTC/1h/active") == good)
      try place.good("train", "pair.yaml", "--set", "model.seed=7")
      #expect(try place.read("models/BTC/1h/active") == other)
    }

    /// A portfolio of the same symbols whose models see fewer days.
    private func writeShort() throws {
      let split = "split: {folds: 2, inner_folds: 2}"
      try #require(TrainedPortfolio.text.contains(split))
      try place.write(
        TrainedPortfolio.text.replacing(
          split,
          with: "split: {folds: 1, inner_folds: 0, walk_forward: rolling, window: 100d}"),
        to: "short.yaml")
    }

    private func allocation(_ file: String) throws -> String {
      let report = try place.good("allocate", file, "--dry-run", "--json").object()
      return try #require(report["runHash"] as? String)
    }

    @Test func `portfolios that share symbols keep the models that serve them`() throws {
      let before = try allocation("pair.yaml")
      let own = try place.read("models/BTC/1h/active")
      try writeShort()
      try place.good("train", "short.yaml")
      let other = try place.read("models/BTC/1h/active")
      #expect(other != own)
      let short = try allocation("short.yaml")
      #expect(try allocation("pair.yaml") == before)
      let serving = try list().filter {
        $0["series"] as? String == "BTC" && $0["timeframe"] as? String == "1h"
          && $0["active"] as? Bool == true
      }.compactMap { $0["id"] as? String }
      #expect(Set(serving.map { $0 + "\n" }) == [own, other])
      // What serves one may be put back without the other's noticing.
      try place.good("models", "activate", "BTC", "1h", String(own.prefix(12)))
      #expect(try allocation("short.yaml") == short)
      #expect(try allocation("pair.yaml") == before)
    }

    @Test func `a folder of an earlier version serves the portfolio that was trained last`()
      throws
    {
      let before = try allocation("pair.yaml")
      for node in ["BTC/1h", "BTC/4h", "ETH/1h", "ETH/4h"] {
        let folder = place.url("models/\(node)")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix("active-") {
          try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
      }
      #expect(try allocation("pair.yaml") == before)
      try writeShort()
      try place.good("train", "short.yaml")
      expectFailure(
        try place.run("allocate", "pair.yaml"), naming: "no gate of BTC 1h",
        "`regimefolio train pair.yaml`")
      let again = try place.good("train", "pair.yaml", "--json").object()
      #expect(again["trained"] as? Int == 0)
      #expect(try allocation("pair.yaml") == before)
      _ = try allocation("short.yaml")
    }

    @Test func `the models of a backtest's fold have no gate, so they cannot be made to serve`()
      throws
    {
      let entries = try list().filter {
        $0["series"] as? String == "BTC" && $0["timeframe"] as? String == "1h"
      }
      let other = try #require(
        entries.first { $0["active"] as? Bool == false }?["id"] as? String)
      expectFailure(
        try place.run("models", "activate", "BTC", "1h", String(other.prefix(12))),
        naming: String(other.prefix(12)), "fold of a backtest")
    }

    @Test func `a node that the portfolio does not have is told from one without a bundle`()
      throws
    {
      let none = "pair.yaml: there is no node BTC 2h; it has BTC, ETH on 1h, 4h"
      expectFailure(
        try place.run("models", "trace", "pair.yaml", "BTC", "2h"), naming: none)
      expectFailure(
        try place.run("models", "import", "pair.yaml", "BTC", "2h", "--hmm", "nope.safetensors"),
        naming: none)
      expectFailure(
        try place.run("models", "trace", "pair.yaml", "BTC", "4h", models: "nowhere"),
        naming: "no bundle of BTC 4h serves", "`regimefolio train PORTFOLIO`")
    }

    @Test func `an empty folder says that there are no models`() throws {
      let run = try place.run("models", "list", models: "nowhere")
      #expect(run.status == 0)
      #expect(
        run.output.contains("nowhere") || run.errors.contains("nowhere"),
        "\(run.testDescription)")
      #expect(!place.holds("nowhere"))
    }
  }
}
