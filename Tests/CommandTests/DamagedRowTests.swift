import Foundation
import Testing

extension TrainedPortfolioTests {
  /// What is done with rows of the database that say damaged things of runs.
  @Suite struct DamagedRowTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private func allocate(_ day: String) throws {
      try place.good("allocate", "pair.yaml", "--as-of", day, "--carry-out")
    }

    /// Of the last allocation, or of all.
    private func setSummary(_ text: String, onlyLast: Bool = false) throws {
      try execute(
        "UPDATE run SET summary = '\(text)' WHERE kind = 'allocate'"
          + (onlyLast ? " AND ended = (SELECT max(ended) FROM run WHERE kind = 'allocate')" : ""),
        on: place.url("bars.sqlite"))
    }

    private func expectDamage() throws {
      expectFailure(
        try place.run("allocate", "pair.yaml"),
        naming: "bars.sqlite: the summary of the allocation of 2018-04-20T00:00Z of pair",
        "is damaged", "--holdings FILE", "restore a backup")
    }

    @Test(arguments: ["", "{\"file\":", "{\"file\":3}", "[]"])
    func `an allocation that may be of another file is no start`(summary: String) throws {
      try allocate("2018-04-20T00:00Z")
      try setSummary(summary)
      try expectDamage()
      try place.write("CASH,5000\n", to: "held.csv")
      try place.good("allocate", "pair.yaml", "--dry-run", "--holdings", "held.csv")
    }

    @Test func `a damaged allocation is not passed over for an earlier one`() throws {
      try allocate("2018-04-18T00:00Z")
      try allocate("2018-04-20T00:00Z")
      try setSummary("{", onlyLast: true)
      try expectDamage()
    }

    @Test func `an allocation of an earlier version, which says no file, is gone on from`() throws {
      try allocate("2018-04-20T00:00Z")
      try setSummary("{}")
      let report = try place.good("allocate", "pair.yaml", "--dry-run", "--json").object()
      #expect(
        report["heldFrom"] as? String == "allocation of 2018-04-20T00:00Z at current prices")
    }

    @Test func `a trial whose sample is damaged is not counted as one of other bars`() throws {
      try place.good("backtest", "pair.yaml", "--quiet")
      let damage = "UPDATE trial SET spec = '{\"first\":'"
      try execute(damage, on: place.url("bars.sqlite"))
      expectFailure(
        try place.run("backtest", "pair.yaml", "--quiet", "--set", "allocation.band=0.125"),
        naming: "bars.sqlite: what trial ", " of pair was measured on is damaged",
        "repeat that run with the settings, bars and program it had", "restore a backup")
      // So it is mended.
      try place.good("backtest", "pair.yaml", "--quiet")
      try place.good(
        "backtest", "pair.yaml", "--quiet", "--set", "allocation.band=0.125")
    }
  }
}
