import Allocation
import Market
import Research

// The keys that limit weights. All but gross, and clusters where a prior is held, are off by default.
extension SettingKey {
  static let limits: [SettingKey] = [
    SettingKey(
      "limits.gross", .number(.above(0, to: 10)), \.limits.gross,
      "Most that the absolute weights may add up to; 1 is no leverage"),
    SettingKey(
      "limits.net", .optional(.number(.above(0, to: 10))), \.limits.net,
      "Most that the signed weights may add up to, long or short"),
    SettingKey(
      "limits.leverage", .optional(.number(.from(1, to: 10))), \.limits.leverage,
      "Most assets a unit of equity: 1 borrows neither money nor symbols to sell short"),
    SettingKey(
      "limits.volatility", .optional(.fraction(.above(0, to: 10))), \.limits.volatility,
      "Most yearly volatility that may be expected of the weights"),
    SettingKey(
      "limits.per_symbol", .optional(.number(.above(0, to: 10))), \.limits.perSymbol,
      "Most that one symbol's absolute weight may be", scope: .limits),
    SettingKey(
      "limits.positions", .optional(.integer(1...100_000)), \.limits.positions,
      "Most symbols that may be held; the largest stay"),
    SettingKey(
      "limits.turnover", .optional(.number(.above(0, to: 20))), \.limits.turnover,
      "Most that one decision may trade, as the sum of the absolute changes; exits come first"),
    SettingKey(
      "limits.groups", .groups, \.limits.groups,
      "Most that the absolute weights of some symbols may add up to together"),
    SettingKey(
      "limits.labels", .labels, \.limits.labels,
      "Most that the absolute weights of symbols of one sector, asset class or venue may add up to"),
    SettingKey(
      "limits.effective_bets", .optional(.number(.from(1, to: 100_000))),
      \.limits.diversification.effectiveBets,
      "Least number of equal shares as over which risk is spread; only cuts positions"),
    SettingKey(
      "limits.average_correlation", .optional(.number(.above(-1, below: 1))),
      \.limits.diversification.averageCorrelation,
      "Most that the positions may correlate on the average, weighted by their risk"),
    SettingKey(
      "limits.liquidity", .optional(.fraction(.above(0, to: 1))), \.limits.trading.liquidity,
      "Most of a symbol that one decision may trade, as a share of its mean daily volume"),
    SettingKey(
      "limits.lot", .optional(.number(.above(0, to: 1e9))), \.limits.trading.lot,
      "Units that positions are whole multiples of, as weights are decided and limits checked",
      scope: .lots),
    SettingKey(
      "limits.min_notional", .optional(.number(.above(0, to: 1e9))),
      \.limits.trading.minimumNotional, "Least that an order may be worth, in currency"),
    SettingKey(
      "limits.cluster.max", .optional(.number(.above(0, to: 10))), \.limits.cluster.max,
      "Most that the absolute weights of symbols that correlate may add up to"),
    SettingKey(
      "limits.cluster.rho", .number(.above(0, to: 1)), \.limits.cluster.rho,
      "Correlation that every two symbols of a cluster have at least"),
    SettingKey(
      "limits.cluster.from", .integer(2...100_000), \.limits.cluster.from,
      "Least number of symbols in the portfolio for clusters to be limited"),
    SettingKey(
      "limits.pair.soft", .optional(.number(.from(0, below: 1))), \.limits.pair.soft,
      "Correlation from which the smaller of two positions is scaled down"),
    SettingKey(
      "limits.pair.hard", .optional(.number(.above(0, to: 1))), \.limits.pair.hard,
      "Correlation from which the smaller of two positions is not held"),
    SettingKey(
      "limits.throttle.reduce", .optional(.fraction(.from(0, below: 1))),
      \.limits.throttle.reduce,
      "Drawdown from which all weights are scaled down; none keeps them until halt"),
    SettingKey(
      "limits.throttle.halt", .optional(.fraction(.above(0, to: 1))), \.limits.throttle.halt,
      "Drawdown at which all weights are scaled to the floor; none is no throttle"),
    SettingKey(
      "limits.throttle.floor", .fraction(.from(0, to: 1)), \.limits.throttle.floor,
      "Factor on all weights at and beyond that drawdown"),
    SettingKey(
      "limits.throttle.window", primaryBars, "Time over which the highest equity is looked for",
      get: { .milliseconds($0.limits.throttle.window) },
      set: { portfolio, window throws(ValueProblem) in
        portfolio.limits.throttle.window = try window.milliseconds(bar: portfolio.primary)
      }),
    SettingKey(
      "limits.throttle.resume_after", .optional(primaryBars),
      "Time that weights stay at the floor at least; none is until the drawdown is smaller",
      get: { $0.limits.throttle.resumeAfter.map { .milliseconds($0) } },
      set: { portfolio, after throws(ValueProblem) in
        portfolio.limits.throttle.resumeAfter = try after?.milliseconds(bar: portfolio.primary)
      }),
  ]

  private static let primaryBars = SettingKind<SettingDuration>.duration(
    "bars of the primary timeframe")
}
