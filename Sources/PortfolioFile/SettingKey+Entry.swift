import Market
import Research
import Signals

// The keys that open positions.
extension SettingKey {
  static let entry: [SettingKey] = [
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
      "Column beside the bars that opens positions, above 0 long ones, below 0 short ones",
      scope: .entry),
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
      "entry.by", .choice, \.entry.by,
      "What tells states apart in sides and size: the sizing regime, or the mixture of all regimes",
      scope: .entry),
    SettingKey(
      "entry.regimes",
      .someTimeframes(
        .byState(.choice, example: "[none, both, long]"),
        example: "{4h: [short, both, long], 1d: [none, both, both]}"),
      \.entry.timeframeRegimes,
      "Sides that the regimes of single timeframes allow; each one named must allow the side",
      scope: .entry),
    SettingKey(
      "entry.averages", .optional(.averages), \.entry.averages,
      "Fast and slow average of closes; the fast one must stand on the side to be entered",
      scope: .entry),
    SettingKey(
      "entry.rsi", .optional(.number(.above(0, below: 100))), \.entry.extremes.rsi,
      "Relative strength index at which the price has gone far the other way; 30 is 70 for a short",
      scope: .entry),
    SettingKey(
      "entry.rsi_period", .integer(2...10_000), \.entry.extremes.rsiPeriod,
      "Bars of that index", scope: .entry),
    SettingKey(
      "entry.bollinger", .optional(.number(.above(0, to: 20))), \.entry.extremes.bollinger,
      "Standard deviations from the average of the closes at which it has", scope: .entry),
    SettingKey(
      "entry.bollinger_period", .integer(2...10_000), \.entry.extremes.bollingerPeriod,
      "Bars of that average", scope: .entry),
    SettingKey(
      "entry.extremes", .choice, \.entry.extremes.need,
      "Whether 'entry.rsi' and 'entry.bollinger' must both hold, where both are set", scope: .entry),
    SettingKey(
      "entry.kelly", .optional(.fraction(.above(0, to: 1))), \.entry.kelly,
      "Part of its Kelly share for which a forecast counts, in place of 'entry.cap'",
      scope: .entry),
  ]
}
