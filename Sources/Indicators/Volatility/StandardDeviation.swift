/// Standard deviation of the last `period` inputs, over their number (ddof 0), in their unit.
///
/// Warm-up as in TA-Lib's STDDEV: nil for the first `period - 1` inputs. Precise to about `period`
/// ulp at any level of the series, and 0 only for equal inputs (see `RollingMoments`).
public struct StandardDeviation: Sendable {
  private var moments: RollingMoments

  public init(period: Int) {
    moments = RollingMoments(period: period)
  }

  /// Takes in the next value. Returns the deviation, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    moments.update(value)?.standardDeviation
  }

  /// The deviations of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    writtenColumn(values.count) { out in
      out.fillWarmUp(period - 1)
      RollingMoments.each(values, period: period) { out[$0] = $1.standardDeviation }
    }
  }
}
