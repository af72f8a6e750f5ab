/// Linearly weighted moving average, in the unit of the input.
///
/// `sum_{k=1...n} k·x_{t-n+k} / (n(n + 1)/2)` for a period of n: the newest input weighs n, the
/// oldest of the window 1. Deviations are summed about an input inside the window (`BlockWindow`).
///
/// O(1) a bar on average. Warm-up as in TA-Lib's WMA: nil for the first `period - 1` inputs. A
/// window of equal values has exactly that value as its average.
public struct WMA: Sendable {
  /// The sum of `value - anchor`, and the sum weighted from 1 at the stretch's first input.
  private struct Weighted: WindowPart {
    var sum = 0.0
    var weighted = 0.0

    mutating func append(_ value: Double, anchor: Double, place: Double) {
      let deviation = value - anchor
      sum += deviation
      weighted += place * deviation
    }

    mutating func prepend(_ value: Double, anchor: Double, place: Double) {
      sum += value - anchor
      weighted += sum
    }

    /// The weighted sum alone.
    var summary: Double { weighted }

    static func joined(_ older: Double, _ newer: Weighted, rest: Double) -> Double {
      // The newer inputs follow `rest` older ones in the window.
      older + (rest * newer.sum + newer.weighted)
    }
  }

  public let period: Int
  /// The sum of the weights 1...period.
  private let weight: Double
  private var window: BlockWindow<Weighted>

  public init(period: Int) {
    self.period = period
    weight = WMA.weight(period)
    window = BlockWindow(period: period)
  }

  /// Takes in the next value. Returns the average of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    window.update(value).map { window.anchor + $0 / weight }
  }

  private static func weight(_ period: Int) -> Double {
    let n = Double(period)
    return n * (n + 1) / 2
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    let x = values.span
    let weight = weight(period)
    return writtenColumn(values.count) { out in
      out.fillWarmUp(period - 1)
      BlockWindow<Weighted>.each(
        0..<out.count, period: period, together: false, input: { x[unchecked: $0] }
      ) {
        row, anchor, window in
        out[row] = anchor + window / weight
      }
    }
  }
}
