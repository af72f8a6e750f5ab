/// How many standard deviations the newest input lies above the mean of the last `period`.
///
/// `(x_t - mean) / deviation`, the deviation over the number of inputs (ddof 0), the newest input
/// part of the window; so at most `sqrt(period - 1)` in size (Samuelson 1968). 0 for a window of
/// equal values. Nil for the first `period - 1` inputs.
public struct ZScore: Sendable {
  private var moments: RollingMoments

  public init(period: Int) {
    moments = RollingMoments(period: period)
  }

  /// Takes in the next value. Returns its score, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    moments.update(value)?.newestScore
  }

  /// The scores of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    writtenColumn(values.count) { out in
      out.fillWarmUp(period - 1)
      RollingMoments.each(values, period: period) { out[$0] = $1.newestScore }
    }
  }
}
