public import Market

/// What a variance model reads at the close of a bar, in natural units: columns for readers who run it with
/// other programs.
public enum VarianceReadings {
  /// Mean `RangeVariance` of so many bars.
  static let ranges = VolatilityRow.periods.map { "range_\($0)" }
  /// The bar's log return; the EWMA variance after it, by the fitted decay and by a slow one; the bar's
  /// volume over its mean of 20 bars as a logarithm.
  static let rest = ["log_return", "ewma", "ewma_slow", "log_volume_ratio"]

  /// The names of the columns: `ranges`, the calendar, `rest`.
  public static func names(_ timeframe: Timeframe) -> [String] {
    let circles = ["day", "week"].suffix(VolatilityRowStream.calendarCount(timeframe) / 4)
    return ranges
      + circles.flatMap { circle in
        ["sine", "cosine", "sine_2", "cosine_2"].map { "\(circle)_\($0)" }
      } + rest
  }

  /// The columns of a row that gave inputs.
  static func values(_ row: NodeRow, _ inputs: VarianceInputs) -> [Double]? {
    guard let means = row.volatility.means, let move = row.logReturn else { return nil }
    return means + row.volatility.calendar
      + [move, inputs.ewma, inputs.slow, row.volatility.logVolumeRatio]
  }
}
