import Allocation
import Market
import Research
import Signals
import Trading

// The keys that turn signals into positions.
extension SettingKey {
  static let combining: [SettingKey] = [
    SettingKey(
      "combine.method", .choice, \.combine.method,
      "What a timeframe's forecast adds to the conviction"),
    SettingKey(
      "combine.consensus", .fraction(.from(0, to: 1)), \.combine.consensus,
      "Method consensus: least share of the weight that must stand on one side"),
    SettingKey(
      "combine.aligned", .fraction(.from(0, to: 1)), \.combine.aligned,
      "Share of agreeing weight from which the timeframes are aligned"),
    SettingKey(
      "combine.partial", .fraction(.from(0, to: 1)), \.combine.partial,
      "Share from which they are partly aligned"),
    SettingKey(
      "combine.size.aligned", .number(.from(0, to: 10)), \.combine.alignedSize,
      "Size multiplier of aligned timeframes"),
    SettingKey(
      "combine.size.partial", .number(.from(0, to: 10)), \.combine.partialSize,
      "Size multiplier of partly aligned timeframes"),
    SettingKey(
      "combine.size.conflicted", .number(.from(0, to: 10)), \.combine.conflictedSize,
      "Size multiplier of conflicting timeframes"),
  ]

  static let sizing: [SettingKey] = [
    SettingKey(
      "sizing.rule", .choice, \.positionSize.rule,
      "With 'entry.signal': a fixed notional or 'sizing.base' of the equity; else as allocated"),
    SettingKey(
      "sizing.notional", .number(.above(0, to: 1e15)), \.positionSize.notional,
      "Rule notional: value of a new position, in currency"),
    SettingKey(
      "sizing.base", .fraction(.above(0, to: 10)), \.sizing.base,
      "Method conviction: half of what a full conviction asks for", scope: .sizing),
    SettingKey(
      "sizing.min", .fraction(.from(0, to: 10)), \.sizing.minimum,
      "Method conviction: smallest position", scope: .sizing),
    SettingKey(
      "sizing.max", .fraction(.above(0, to: 10)), \.sizing.maximum,
      "Method conviction: largest position", scope: .sizing),
    SettingKey(
      "sizing.weight", .number(.above(0, to: 1_000_000)), \.sizing.weight,
      "What the symbol counts for beside the others, in every mode", scope: .sizing),
  ]

  static let allocating: [SettingKey] = [
    SettingKey(
      "allocation.mode", .choice, \.allocation.mode,
      "Hold a prior and tilt it, or hold what the rules have opened"),
    SettingKey(
      "allocation.prior", .choice, \.allocation.prior, "Mode prior_tilt: weights without skill"),
    SettingKey(
      "allocation.method", .choice, \.allocation.method,
      "Mode in_out: how open positions share the exposure"),
    SettingKey(
      "allocation.linkage", .choice, \.allocation.sizing.linkage,
      "Method hrp: how its tree joins clusters"),
    SettingKey(
      "allocation.weight.min", .fraction(.from(0, to: 1)), \.allocation.sizing.bounds.lower,
      "Methods min_variance, mean_variance, black_litterman: least part of what is invested"),
    SettingKey(
      "allocation.weight.max", .fraction(.above(0, to: 1)), \.allocation.sizing.bounds.upper,
      "The same methods: largest part of what is invested; too few symbols for it leave cash"),
    SettingKey(
      "allocation.risk_aversion", .number(.above(0, to: 1000)),
      \.allocation.sizing.riskAversion,
      "Methods mean_variance, black_litterman: return a year that a unit of variance costs"),
    SettingKey(
      "allocation.view_tau", .number(.above(0, to: 10)), \.allocation.sizing.tau,
      "Method black_litterman: uncertainty of the implied means, as a part of the covariance"),
    SettingKey(
      "allocation.kelly", .fraction(.above(0, to: 0.5)), \.allocation.sizing.kellyFraction,
      "Method kelly: part of the weights of the largest growth"),
    SettingKey(
      "allocation.every", .duration("bars of the primary timeframe"), "Time between two decisions",
      get: { .milliseconds($0.decisionEvery) },
      set: { portfolio, every throws(ValueProblem) in
        portfolio.decisionEvery = try every.milliseconds(bar: portfolio.primary)
      }),
    SettingKey(
      "allocation.volatility_target", .optional(.fraction(.above(0, to: 5))),
      \.allocation.volatilityTarget, "Volatility a year that exposure aims at"),
    SettingKey(
      "allocation.variance", .choice, \.allocation.variance,
      "Whose volatilities size: the covariance estimate's or the variance model's"),
    SettingKey(
      "allocation.band", .fraction(.from(0, below: 1)), \.allocation.band,
      "No-trade band, relative to the larger of the held weight and the target"),
    SettingKey(
      "allocation.tilt.sharpe", .number(.above(0, to: 10)), \.allocation.sharpeOfPrior,
      "Sharpe ratio that the prior is assumed to earn"),
    SettingKey(
      "allocation.tilt.max", .number(.from(1, to: 10)), \.allocation.tiltMax,
      "Largest factor by which skill may raise a weight"),
    SettingKey(
      "allocation.trend.averages", .optional(.integers(2...100_000)),
      "Mode prior_tilt: moving averages below which less is held, in bars of the covariance estimate",
      get: { $0.allocation.trend.isOff ? nil : $0.allocation.trend.averages },
      set: { $0.allocation.trend.averages = $1 ?? [] }),
    SettingKey(
      "allocation.trend.floor", .fraction(.from(0, to: 1)), \.allocation.trend.floor,
      "Factor on a symbol that is below all of them"),
    halfLife("volatility", \.allocation.volatilityHalfLife),
    halfLife("correlation", \.allocation.correlationHalfLife),
    SettingKey(
      "allocation.covariance", .choice, \.allocation.covariance,
      "How volatilities and correlations are estimated"),
    SettingKey(
      "allocation.window", .integer(2...100_000), \.allocation.window,
      "Bars that sample, ledoit_wolf, constant_correlation, oas and mixture look at"),
    SettingKey(
      "allocation.lag_one", .flag, \.allocation.correctsLag,
      "Whether the covariance allows for markets that close at different times"),
    SettingKey(
      "allocation.min_observations", .integer(2...100_000), \.allocation.minimumObservations,
      "Returns that a symbol must have before it is held"),
  ]

  /// Half-lives count the bars of the covariance estimate; a written time is turned into those.
  private static func halfLife(
    _ name: String, _ field: any WritableKeyPath<Portfolio, Double> & Sendable
  ) -> SettingKey {
    SettingKey(
      "allocation.half_life.\(name)",
      .duration("bars of the covariance estimate (days, or the primary timeframe if slower)"),
      "Half-life of the \(name) estimate",
      get: { portfolio in
        // Written as a time where that is exact, so that nobody takes days for hourly bars.
        let bar = portfolio.riskTimeframe.milliseconds
        let count = portfolio[keyPath: field]
        let time = Int64(exactly: count * Double(bar))
        guard let time, time % 60_000 == 0, Double(time) / Double(bar) == count else {
          return .bars(count)
        }
        return .milliseconds(time)
      },
      set: { portfolio, halfLife throws(ValueProblem) in
        let bar = portfolio.riskTimeframe
        let time = try halfLife.milliseconds(bar: bar)
        switch halfLife {
        case .bars(let count): portfolio[keyPath: field] = count
        case .milliseconds: portfolio[keyPath: field] = Double(time) / Double(bar.milliseconds)
        }
      })
  }
}
