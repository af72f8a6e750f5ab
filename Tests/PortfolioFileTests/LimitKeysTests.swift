import Allocation
import Market
import PortfolioFile
import Research
import Testing

@Suite struct LimitKeysTests {
  @Test func `groups are read in blocks as in one line, each with its place`() throws {
    let text =
      threeLines + "limits:\n  groups:\n    majors:\n      symbols: [ETH, BTC]\n      max: 0.5\n"
    let limits = try resolve(text).portfolio.limits
    #expect(limits.groups == [GroupLimit(name: "majors", symbols: ["BTC", "ETH"], max: 0.5)])
    let unknown = text.replacing("[ETH, BTC]", with: "[ETH, BTCC]")
    #expect(
      refusal(unknown)
        == "portfolios/x.yaml:7:22: unknown symbol 'BTCC' in group 'majors' of 'limits.groups'; did"
        + " you mean 'BTC'?")
    let stranger = text.replacing("[ETH, BTC]", with: "[GOLDEN, BTC]")
    #expect(
      refusal(stranger)
        == "portfolios/x.yaml:7:17: unknown symbol 'GOLDEN' in group 'majors' of 'limits.groups';"
        + " 'symbols' does not name it")
    let misspelt = text.replacing("max:", with: "mx:")
    #expect(
      refusal(misspelt)
        == "portfolios/x.yaml:8:7: 'limits.groups': unknown key 'mx' in group 'majors'; did you mean"
        + " 'max'?")
    #expect(
      refusal(text.replacing("0.5", with: "50%"))
        == "portfolios/x.yaml:8:12: 'limits.groups': 'max' of 'majors' must be a number above 0 and"
        + " at most 10, not '50%'")
    #expect(
      refusal(text.replacing("      max: 0.5\n", with: ""))
        == "portfolios/x.yaml:6:5: 'limits.groups': group 'majors' lacks 'max'")
    #expect(try resolve(text, ["limits.groups=none"]).portfolio.limits.groups.isEmpty)
  }

  @Test func `a group whose name means something to YAML survives the resolved file`() throws {
    let resolved = try resolve(
      threeLines
        + "limits: {groups: {on: {symbols: [BTC], max: 0.25}, 'a: b': {symbols: [ETH], max: 1}}}\n"
    )
    #expect(resolved.portfolio.limits.groups.map(\.name) == ["a: b", "on"])
    #expect(try resolve(resolved.effectiveYAML()).portfolio == resolved.portfolio)
  }

  @Test func `a prior's clusters are limited from eight symbols on, those of rules are not`() throws
  {
    let prior = try resolve(threeLines).portfolio.limits.cluster
    #expect(prior == ClusterLimit(rho: 0.7, max: 0.4, from: 8))
    let rules = try resolve(threeLines + "allocation: {mode: in_out}\n").portfolio.limits.cluster
    #expect(rules.max == nil)
    let own = try resolve(
      threeLines + "allocation: {mode: in_out}\nlimits: {cluster: {max: 0.3}}\n")
    #expect(own.portfolio.limits.cluster == ClusterLimit(rho: 0.7, max: 0.3, from: 8))
    let off = try resolve(threeLines + "limits: {cluster: {max: none}}\n")
    #expect(off.portfolio.limits.cluster.max == nil)
  }

  @Test func `bounds that contradict each other are refused where the first stands`() {
    #expect(
      refusal(threeLines + "limits:\n  pair:\n    hard: 0.7\n    soft: 0.8\n")
        == "portfolios/x.yaml:7:11: 'limits.pair.soft' (0.8) must be below 'limits.pair.hard' (0.7)"
    )
    #expect(
      refusal(threeLines + "limits: {throttle: {reduce: 0.3, halt: 0.3}}\n")
        == "portfolios/x.yaml:4:29: 'limits.throttle.reduce' (0.3) must be below"
        + " 'limits.throttle.halt' (0.3)")
    #expect(
      refusal(threeLines + "limits: {throttle: {reduce: 0.3}}\n")
        == "portfolios/x.yaml:4:29: 'limits.throttle.reduce' scales towards 'limits.throttle.halt',"
        + " which is none; write it too")
  }

  @Test func `a throttle that the band would never let trade is refused`() throws {
    #expect(
      refusal(threeLines + "limits: {throttle: {halt: 0.3, floor: 0.8}}\n")
        == "portfolios/x.yaml:4:39: 'limits.throttle.floor' (0.8) with 'allocation.band' (0.25):"
        + " the throttle would never trade; lower the floor or narrow the band")
    // A narrower band lets it, and without a drawdown at which to halt there is no throttle.
    let narrow =
      "allocation: {band: 0.1}\nlimits: {throttle: {halt: 0.3, floor: 0.8}}\n"
    #expect(try resolve(threeLines + narrow).portfolio.limits.throttle.floor == 0.8)
    let off = "limits: {throttle: {floor: 0.8}}\n"
    #expect(try resolve(threeLines + off).portfolio.limits.throttle.halt == nil)
  }

  @Test func `the throttle's times count bars of the primary unless a unit is written`() throws {
    let day = Timestamp.millisecondsPerDay
    let plain = try resolve(threeLines).portfolio.limits.throttle
    #expect(plain == ThrottleSettings(window: 180 * day, resumeAfter: nil))
    let text =
      threeLines
      + "limits: {throttle: {reduce: 0.2, halt: 0.4, floor: 0, window: 48, resume_after: 3d}}\n"
    #expect(
      try resolve(text).portfolio.limits.throttle
        == ThrottleSettings(
          reduce: 0.2, halt: 0.4, floor: 0, window: 2 * day, resumeAfter: 3 * day))
  }

  @Test func `limits on risk and trades are off unless written`() throws {
    let plain = try resolve(threeLines).portfolio.limits
    #expect(plain.leverage == nil && plain.volatility == nil && plain.labels.isEmpty)
    #expect(plain.diversification.isOff && plain.trading.isOff)
    let text =
      threeLines
      + "limits: {leverage: 1, volatility: 0.2, effective_bets: 1.5, average_correlation: 0.6, "
      + "liquidity: 0.1, lot: 0.01, min_notional: 10}\nsymbol: {ETH: {limits: {lot: none}}}\n"
    let resolved = try resolve(text)
    let limits = resolved.portfolio.limits
    #expect(limits.leverage == 1 && limits.volatility == 0.2)
    #expect(
      limits.diversification == DiversificationLimit(effectiveBets: 1.5, averageCorrelation: 0.6))
    #expect(
      limits.trading
        == TradingLimit(
          liquidity: 0.1, lot: 0.01, lotOverrides: ["ETH": 0], minimumNotional: 10))
    // A lot of its own is no cap of its own.
    #expect(limits.perSymbolOverrides.isEmpty)
    #expect(try resolve(resolved.effectiveYAML()).portfolio == resolved.portfolio)
    #expect(refusal(threeLines + "limits: {leverage: 0.5}\n").contains("limits.leverage"))
  }

  @Test func `labels are lists of symbols, or have limits of their own`() throws {
    let text =
      threeLines
      + "limits: {labels: {sector: {max: 0.4, coin: [BTC], 'on': {symbols: [ETH], max: 0.1}}}}\n"
    let resolved = try resolve(text)
    let label = LabelLimit(
      name: "sector", max: 0.4,
      values: [
        .init(name: "coin", symbols: ["BTC"]), .init(name: "on", symbols: ["ETH"], max: 0.1),
      ])
    #expect(resolved.portfolio.limits.labels == [label])
    #expect(try resolve(resolved.effectiveYAML()).portfolio == resolved.portfolio)
    let unknown = refusal(text.replacing("[BTC]", with: "[BTCC]"))
    #expect(unknown.contains("unknown symbol 'BTCC' in 'coin' of label 'sector'"))
    let open = refusal(text.replacing("max: 0.4, ", with: ""))
    #expect(open.contains("label 'sector' lacks 'max', and 'coin' has none of its own"))
  }

  @Test func `bets that the positions cannot be are refused with what would mend it`() {
    let few = refusal(threeLines + "limits: {effective_bets: 2.5, positions: 2}\n")
    #expect(few.hasSuffix("allows 2; raise it to 3 or ask for at most 2 bets"), "\(few)")
    let many = refusal(threeLines + "limits: {effective_bets: 40}\n")
    #expect(many.contains("needs as many positions, and 'symbols' names"), "\(many)")
  }
}
