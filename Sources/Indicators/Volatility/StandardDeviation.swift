import Kernels

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
      let done = values.withUnsafeBufferPointer {
        ColumnKernels.rollingDeviation($0, period: period, into: out)
      }
      // The first block, which has none before it, and what the kernel leaves over.
      for rows in [0..<min(period, values.count), done * period..<values.count] {
        RollingMoments.each(values, rows: rows, period: period) {
          out[$0] = $1.standardDeviation
        }
      }
    }
  }
}
