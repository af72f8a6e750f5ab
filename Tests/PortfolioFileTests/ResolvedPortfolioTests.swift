import Allocation
import Foundation
import Market
import Models
import PortfolioFile
import Research
import Testing

@Suite struct ResolvedPortfolioTests {
  /// Writes the resolved file beside nothing else, under the same name, and loads it.
  private func roundTrip(_ resolved: ResolvedPortfolio) throws -> ResolvedPortfolio {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent(resolved.portfolio.name + ".yaml")
    try resolved.effectiveYAML().write(to: file, atomically: true, encoding: .utf8)
    let again = try PortfolioFile.load(path: file.path)
    try FileManager.default.removeItem(at: folder)
    return again
  }

  @Test(arguments: [
    "crypto.yaml", "crypto-in-out.yaml", "original-conservative.yaml",
    "original-multi-symbol.yaml", "original-multi-timeframe.yaml",
  ])
  func `a shipped file resolves to itself`(name: String) throws {
    let path = shippedPortfolios.appendingPathComponent(name).path
    let resolved = try PortfolioFile.load(path: path)
    let again = try roundTrip(resolved)
    #expect(again.portfolio == resolved.portfolio)
    #expect(again.portfolio.name == String(name.dropLast(".yaml".count)))
  }

  @Test func `a file that sets every key resolves to itself`() throws {
    // All but the column that would open positions by itself, and the length that stands for a number.
    let cases = KeyCase.all.filter { !["entry.signal", "split.every"].contains($0.path) }
    let overrides = cases.map { "\($0.path)=\($0.good)" }
    let symbols =
      ["symbol.NO.entry.cap=2", "symbol.XRP.exit.stop=none"]
      .map { $0 } + ["symbol.XRP.limits.per_symbol=0.123456789012345678"]
    // Two states, where the cases by themselves have three.
    let byState = [
      "regime.states=2", "regime.size=[0.1, 0.30000000000000004]", "entry.sides=[short, long]",
      "entry.size=[0.8, 1.2]", "exit.max_bars=[24, 48]", "entry.by=regime", "exit.by=regime",
      "entry.regimes={1h: [none, long]}", "exit.stop=[0.1, none]",
    ]
    let resolved = try resolve(
      threeLines,
      overrides + byState + [
        "regime.weights={1h: 1}",
        "limits.groups={on: {symbols: [XRP, NO], max: 0.30000000000000004}}",
        "limits.labels={on: {max: 0.5, off: [XRP]}}",
      ] + symbols)
    let others =
      byState.map { String($0.prefix { $0 != "=" }) } + [
        "regime.weights", "limits.groups", "limits.labels",
      ]
    for key in cases where !others.contains(key.path) {
      #expect(resolved.effectiveYAML().contains(" \(key.printed)  # --set\n"), "\(key.path)")
    }
    let again = try roundTrip(resolved)
    #expect(again.portfolio == resolved.portfolio)
    #expect(again.portfolio.regime.size == [0.1, 0.30000000000000004])
    #expect(again.portfolio.limits.cap(on: "XRP") == 0.123456789012345678)
  }

  @Test(arguments: KeyCase.all)
  func `each value by itself resolves to itself`(row: KeyCase) throws {
    let resolved = try resolve(file(writing: row.path, row.good), row.others)
    #expect(try roundTrip(resolved).portfolio == resolved.portfolio)
  }

  @Test(arguments: Portfolio.Profile.allCases, ["crypto", "equities", "fx"])
  func `each profile in each market resolves to itself`(
    profile: Portfolio.Profile, market: String
  ) throws {
    let resolved = try resolve(
      threeLines, ["market=\(market)", "allocation.mode=in_out"], profile: profile)
    #expect(try roundTrip(resolved).portfolio == resolved.portfolio)
  }

  @Test func `what the instruments chose is written out`() throws {
    let resolved = try resolve(
      threeLines,
      calendars: ["BTC": (.sessions, "stock"), "ETH": (.sessions, "fund")])
    #expect(resolved.effectiveYAML().contains("market: equities  # instruments\n"))
    #expect(resolved.effectiveYAML().contains("  prior: risk_parity  # instruments\n"))
    #expect(try roundTrip(resolved).portfolio == resolved.portfolio)
  }

  @Test func `only what a file or its profile sets is its own, by value`() throws {
    func own(_ overrides: String...) throws -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: try resolve(threeLines, overrides).ownSettings.map {
          ($0.key, $0.text)
        })
    }
    let plain = try own()
    #expect(plain["symbols"] == "[BTC, ETH]" && plain["timeframes"] != nil)
    #expect(plain["costs.commission"] == nil)
    #expect(try own("costs.commission=0.002")["costs.commission"] == "0.002")
    // Nearly every key stands at what it is where nobody sets it: those of a later version will, too.
    #expect(plain.count < 20 && plain["exit.breakdown"] == nil && plain["capital.cash"] == nil)
    #expect(try own("capital.cash=100000", "costs.half_spread=0", "primary=1h") == plain)
    #expect(
      try own("costs.half_spread=0.001")
        == plain.merging(["costs.half_spread": "0.001"]) { $1 })
    let common = try own("exit.stop=0.1")
    #expect(common["exit.stop"] == "0.1")
    #expect(try own("exit.stop=0.1", "symbol.ETH.exit.stop=0.1") == common)
    #expect(
      try own("exit.stop=0.1", "symbol.ETH.exit.stop=0.2")
        == common.merging(["symbol.ETH.exit.stop": "0.2"]) { $1 })
    // Neither profile nor market is, where they are the ones that nobody sets.
    let first = try resolve(threeLines, ["market=crypto"]).ownSettings.prefix(2)
    #expect(first.map { $0.key } == ["symbols", "timeframes"])
  }

  @Test func `prints each key once, in groups, with its origin`() throws {
    let resolved = try resolve(
      threeLines + "exit:\n  stop: 0.1\nsymbol:\n  ETH: {exit: {stop: 0.2}, entry: {cap: 4}}\n",
      ["allocation.band=0.5"])
    let text = resolved.effectiveYAML()
    #expect(
      text.hasPrefix(
        """
        # portfolios/x.yaml with every value and its origin
        profile: balanced  # line 1
        market: crypto  # built-in
        symbols: [BTC, ETH]  # line 2
        timeframes: {1h: 0.6, 4h: 0.3, 1d: 0.1}  # line 3
        primary: 1h  # built-in
        benchmark: none  # built-in
        capital:
          cash: 100000  # built-in
          currency: USD  # built-in
          cash_rate: 0  # built-in
          debit_rate: none  # built-in
          lot: 0  # built-in
          leverage: 1  # built-in
          maintenance: 0  # built-in
          delist_after: none  # built-in
          delist_loss: 0  # built-in
          splits: none  # built-in
        costs:
          commission: 0.001  # profile
          minimum: 0  # built-in
          slippage: 0.0005  # profile
          half_spread: 0  # built-in
          impact: 0  # built-in
          participation: none  # built-in
          remainder: wait  # built-in
          borrow: 0  # built-in
          funding: 0  # built-in
        regime:

        """))
    #expect(
      text.contains(
        """
        combine:
          method: weighted  # built-in
          consensus: 0.6  # built-in
          aligned: 0.7  # built-in
          partial: 0.4  # built-in
          size:
            aligned: 1  # built-in
            partial: 1  # built-in
            conflicted: 0.5  # built-in
        entry:

        """))
    #expect(
      text.contains(
        """
          band: 0.5  # --set
          tilt:
            sharpe: 0.5  # built-in
            max: 2  # profile
          trend:
            averages: none  # built-in
            floor: 0.5  # built-in
          half_life:
            volatility: 20d  # built-in
            correlation: 60d  # built-in
          covariance: two_speed  # built-in
          window: 252  # built-in
          lag_one: false  # built-in
          min_observations: 60  # built-in

        """))
    #expect(
      text.hasSuffix(
        """
        limits:
          gross: 1  # built-in
          net: none  # built-in
          leverage: none  # built-in
          volatility: none  # built-in
          per_symbol: none  # built-in
          positions: none  # built-in
          turnover: none  # built-in
          groups: none  # built-in
          labels: none  # built-in
          effective_bets: none  # built-in
          average_correlation: none  # built-in
          liquidity: none  # built-in
          lot: none  # built-in
          min_notional: none  # built-in
          cluster:
            max: 0.4  # built-in
            rho: 0.7  # built-in
            from: 8  # built-in
          pair:
            soft: none  # built-in
            hard: none  # built-in
          throttle:
            reduce: none  # built-in
            halt: none  # built-in
            floor: 0.25  # built-in
            window: 180d  # built-in
            resume_after: none  # built-in
        symbol:
          ETH:
            entry:
              cap: 4  # symbol, line 7
            exit:
              stop: 0.2  # symbol, line 7

        """))
    let values = text.split(separator: "\n").filter { $0.contains("  # ") }
    #expect(values.count == SettingKey.all.count + 2)
  }

  @Test func `a --set for all symbols leaves no trace of the file's override`() throws {
    let text = threeLines + "symbol: {ETH: {exit: {stop: 0.2}}}\n"
    let resolved = try resolve(text, ["exit.stop=0.3"])
    #expect(!resolved.effectiveYAML().contains("\nsymbol:"))
    #expect(resolved.portfolio.symbolExit.isEmpty)
    #expect(try roundTrip(resolved).portfolio == resolved.portfolio)
  }

  @Test func `the print is the same every time`() throws {
    let texts = try (0..<5).map { _ in
      try resolve(threeLines, ["symbol.ETH.exit.stop=0.1", "symbol.BTC.exit.stop=0.2"])
        .effectiveYAML()
    }
    #expect(Set(texts).count == 1)
  }
}
