import Market
import Research
import Signals

// The keys that close positions.
extension SettingKey {
  static let exit: [SettingKey] = [
    level(
      .target, .fraction(.above(0, to: 10)),
      "Gain over the fill price at which profit is taken"),
    SettingKey(
      "exit.atr_targets", .atrTargets, \.exit.atrTargets,
      "Gains in average true ranges at entry, and the share of what was entered that each closes",
      scope: .exit),
    level(
      .stop, .fraction(.above(0, below: 1)),
      "Loss below the fill price at which the position is closed"),
    level(
      .trailing, .fraction(.above(0, below: 1)),
      "Fall from the best close at which the position is closed"),
    level(
      .trailingAfter, .fraction(.above(0, to: 10)),
      "Gain of the best close from which 'exit.trailing' counts"),
    level(
      .atrStop, .number(.above(0, to: 1000)),
      "Loss in average true ranges at entry at which the position is closed"),
    SettingKey(
      "exit.atr_timeframe", .optional(.timeframe), \.exit.atrTimeframe,
      "Timeframe whose ranges 'exit.atr_stop' counts; none is the primary", scope: .exit),
    level(
      .atrTrailing, .number(.above(0, to: 1000)),
      "Fall from the best close in average true ranges at which it is closed"),
    level(
      .breakeven, .number(.above(0, to: 1000)),
      "Gain in average true ranges from which the ATR trail is at least the fill price"),
    SettingKey(
      "exit.breakeven_offset", .number(.from(0, to: 1000)), \.exit.breakevenOffset,
      "Where breakeven stands beyond the fill price, in average true ranges at entry", scope: .exit),
    SettingKey(
      "exit.atr_period", .integer(1...10_000), \.exit.atrPeriod,
      "Bars of the average true range", scope: .exit),
    level(
      .sigmaStop, .number(.above(0, to: 1000)),
      "Loss in forecast deviations of a primary bar at entry at which it is closed"),
    SettingKey(
      "exit.max_bars", .optional(.barLimit), \.exit.maxBars,
      "Bars of the primary timeframe for which a position is held", scope: .exit),
    level(
      .regimeChange, .fraction(.from(0, to: 1)),
      "Confidence in another regime than at entry that closes the position"),
    SettingKey(
      "exit.confirm", .integer(1...1000), \.exit.confirm,
      "Closes in a row at which 'exit.regime_change' must hold", scope: .exit),
    SettingKey(
      "exit.reversal", .optional(.reversal), \.exit.reversal,
      "Forecast against the position that closes it", scope: .exit),
    level(
      .lowConfidence, .fraction(.from(0, to: 1)),
      "Confidence in the sizing regime below which the position is closed"),
    SettingKey(
      "exit.averages", .optional(.averages), \.exit.averages,
      "Fast and slow average of closes whose cross against the position closes it", scope: .exit),
    SettingKey(
      "exit.rsi", .optional(.number(.above(0, below: 100))), \.exit.extremes.rsi,
      "Relative strength index at which a long position is closed; 70 is 30 for a short one",
      scope: .exit),
    SettingKey(
      "exit.rsi_period", .integer(2...10_000), \.exit.extremes.rsiPeriod,
      "Bars of the index of 'exit.rsi' and 'exit.rejection'", scope: .exit),
    SettingKey(
      "exit.bollinger", .optional(.number(.above(0, to: 20))), \.exit.extremes.bollinger,
      "Standard deviations above the average of the closes at which a long position is closed",
      scope: .exit),
    SettingKey(
      "exit.bollinger_period", .integer(2...10_000), \.exit.extremes.bollingerPeriod,
      "Bars of that average", scope: .exit),
    SettingKey(
      "exit.extremes", .choice, \.exit.extremes.need,
      "Whether 'exit.rsi' and 'exit.bollinger' must both hold, where both are set", scope: .exit),
    SettingKey(
      "exit.breakdown", .optional(.fraction(.from(0, below: 1))), \.exit.breaks.breakdown,
      "Close below support that closes a long position, with ease of movement, volume and range",
      scope: .exit),
    SettingKey(
      "exit.macd_breakdown", .optional(.fraction(.from(0, below: 1))),
      \.exit.breaks.macdBreakdown,
      "Close below support that closes a long position where the MACD crosses down, with volume",
      scope: .exit),
    SettingKey(
      "exit.rejection", .optional(.fraction(.from(0, below: 1))), \.exit.breaks.rejection,
      "How near to resistance a bar is turned back, which closes a long position", scope: .exit),
    SettingKey(
      "exit.rejection_rsi", .number(.from(50, below: 100)), \.exit.breaks.rejectionRSI,
      "Relative strength index above which it is; 60 is 40 for a short position", scope: .exit),
    SettingKey(
      "exit.level_reach", .integer(1...1000), \.exit.breaks.reach,
      "Bars on either side of a high or low that is a level of resistance or support",
      scope: .exit),
    SettingKey(
      "exit.ease_period", .integer(1...10_000), \.exit.breaks.easePeriod,
      "Bars of the ease of movement", scope: .exit),
    SettingKey(
      "exit.volume_period", .integer(2...10_000), \.exit.breaks.volumePeriod,
      "Bars of the mean volume that a break must exceed", scope: .exit),
    SettingKey(
      "exit.by", .choice, \.exit.by,
      "What tells the states of lists apart: the sizing regime at entry, or the mixture of all regimes",
      scope: .exit),
    SettingKey(
      "exit.intrabar", .flag, \.exit.intrabar,
      "Whether stops and target stand in the market within the bar, not only at closes",
      scope: .exit),
  ]

  /// A number that may differ by the state at entry.
  private static func level(
    _ level: ExitSettings.Level, _ kind: SettingKind<Double>, _ documentation: String
  ) -> SettingKey {
    SettingKey(
      "exit.\(level.rawValue)", .byStateAtEntry(kind), documentation, scope: .exit,
      get: { $0.exit[level] }, set: { $0.exit[level] = $1 })
  }
}
