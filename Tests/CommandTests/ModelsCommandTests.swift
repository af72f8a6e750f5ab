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
      let serving = try place.good("models", "show", "ETH", "4h").object()
      let id = try #require(serving["id"] as? String)
      #expect(id == (try place.read("models/ETH/4h/active")).trimmingCharacters(in: .newlines))
      let found = try place.good("models", "show", "ETH", "4h", String(id.prefix(8))).object()
      #expect(found["id"] as? String == id)
      expectFailure(
        try place.run("models", "show", "ETH", "4h", "zz"), naming: "ETH 4h", "zz",
        "regimefolio models list")
      expectFailure(try place.run("models", "show", "DOGE", "4h"), naming: "DOGE 4h")
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
