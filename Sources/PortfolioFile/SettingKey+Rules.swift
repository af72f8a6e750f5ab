import Allocation
import Market
import Research
import Signals

// The keys that turn signals into positions.
extension SettingKey {
  static let rules: [SettingKey] = [
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
    SettingKey(
      "entry.threshold", .byTimeframe(.threshold, example: "{1h: 0.002, 4h: 0.5s}"),
      "Forecast that counts", scope: .entry,
      get: { portfolio in
        let each = portfolio.entry.timeframeThresholds
        return each.isEmpty ? .all(portfolio.entry.threshold) : .each(each)
      },
      set: { portfolio, threshold in
        portfolio.entry.timeframeThresholds = [:]
        switch threshold {
        case .all(let common): portfolio.entry.threshold = common
        case .each(let values): portfolio.entry.timeframeThresholds = values
        }
      }),
    SettingKey(
      "entry.cap", .number(.above(1, to: 1000)), \.entry.cap,
      "Thresholds at which a forecast counts in full", scope: .entry),
    SettingKey(
      "entry.confidence",
      .byTimeframe(.fraction(.from(0, to: 1)), example: "{1h: 0.7, 4h: 0.6}"),
      "Least confidence of a regime for its timeframe's forecast to count", scope: .entry,
      get: { portfolio in
        let each = portfolio.entry.timeframeConfidences
        return each.isEmpty ? .all(portfolio.entry.confidence) : .each(each)
      },
      set: { portfolio, confidence in
        portfolio.entry.timeframeConfidences = [:]
        switch confidence {
        case .all(let common): portfolio.entry.confidence = common
        case .each(let values): portfolio.entry.timeframeConfidences = values
        }
      }),
    SettingKey(
      "entry.confirm", .fraction(.from(0, to: 1)), \.entry.confirm,
      "Least share of the timeframes' weight that must stand on the side to be entered",
      scope: .entry),
    SettingKey(
      "entry.volume_ratio", .number(.from(0, to: 20)), \.entry.volumeRatio,
      "Least volume of the primary bar over the mean of its last 20", scope: .entry),
    SettingKey(
      "entry.signal", .optional(.text), \.entry.signal,
      "Column beside the bars that opens positions, above 0 long ones, below 0 short ones"),
    SettingKey(
      "entry.short", .flag, \.entry.short, "Whether short positions may be opened", scope: .entry),
    SettingKey(
      "entry.sides", .optional(.byState(.choice, example: "[short, both, long]")), \.entry.sides,
      "Sides that each state of the sizing regime allows", scope: .entry),
    SettingKey(
      "entry.size",
      .optional(.byState(.number(.from(0, to: 10)), example: "[0.8, 0.6, 1.2]")), \.entry.size,
      "Size multiplier in each state of the sizing regime, beside 'regime.size'", scope: .entry),
    SettingKey(
      "exit.intrabar", .flag, \.exit.intrabar,
      "Whether stops and target stand in the market within the bar, not only at closes",
      scope: .exit),
    SettingKey(
      "exit.target", .optional(.fraction(.above(0, to: 10))), \.exit.target,
      "Gain over the fill price at which profit is taken", scope: .exit),
    SettingKey(
      "exit.stop", .optional(.fraction(.above(0, below: 1))), \.exit.stop,
      "Loss below the fill price at which the position is closed", scope: .exit),
    SettingKey(
      "exit.trailing", .optional(.fraction(.above(0, below: 1))), \.exit.trailing,
      "Fall from the best close at which the position is closed", scope: .exit),
    SettingKey(
      "exit.atr_stop", .optional(.number(.above(0, to: 1000))), \.exit.atrStop,
      "Loss in average true ranges at entry at which the position is closed", scope: .exit),
    SettingKey(
      "exit.atr_trailing", .optional(.number(.above(0, to: 1000))), \.exit.atrTrailing,
      "Fall from the best close in average true ranges at which it is closed", scope: .exit),
    SettingKey(
      "exit.breakeven", .optional(.number(.above(0, to: 1000))), \.exit.breakeven,
      "Gain in average true ranges from which the ATR trail is at least the fill price",
      scope: .exit),
    SettingKey(
      "exit.atr_period", .integer(1...10_000), \.exit.atrPeriod,
      "Bars of the average true range", scope: .exit),
    SettingKey(
      "exit.sigma_stop", .optional(.number(.above(0, to: 1000))), \.exit.sigmaStop,
      "Loss in forecast deviations of a primary bar at entry at which it is closed", scope: .exit),
    SettingKey(
      "exit.max_bars", .optional(.barLimit), \.exit.maxBars,
      "Bars of the primary timeframe for which a position is held", scope: .exit),
    SettingKey(
      "exit.regime_change", .optional(.fraction(.from(0, to: 1))), \.exit.regimeChange,
      "Confidence in another regime than at entry that closes the position", scope: .exit),
    SettingKey(
      "exit.confirm", .integer(1...1000), \.exit.confirm,
      "Closes in a row at which 'exit.regime_change' must hold", scope: .exit),
    SettingKey(
      "exit.reversal", .optional(.reversal), \.exit.reversal,
      "Forecast against the position that closes it", scope: .exit),
    SettingKey(
      "exit.low_confidence", .optional(.fraction(.from(0, to: 1))), \.exit.lowConfidence,
      "Confidence in the sizing regime below which the position is closed", scope: .exit),
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
      "allocation.every", .duration("bars of the primary timeframe"), "Time between two decisions",
      get: { .milliseconds($0.decisionEvery) },
      set: { portfolio, every in
        switch every {
        case .bars(let count):
          portfolio.decisionEvery = Int64(count * Double(portfolio.primary.milliseconds))
        case .milliseconds(let time): portfolio.decisionEvery = time
        }
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
    halfLife("volatility", \.allocation.volatilityHalfLife),
    halfLife("correlation", \.allocation.correlationHalfLife),
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
      set: { portfolio, halfLife in
        switch halfLife {
        case .bars(let count): portfolio[keyPath: field] = count
        case .milliseconds(let time):
          portfolio[keyPath: field] = Double(time) / Double(portfolio.riskTimeframe.milliseconds)
        }
      })
  }
}
