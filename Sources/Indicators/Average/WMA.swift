/// Linearly weighted moving average, in the unit of the input.
///
/// `sum_{k=1...n} k·x_{t-n+k} / (n(n + 1)/2)` for a period of n: the newest input weighs n, the
/// oldest of the window 1. Deviations are summed about an input inside the window (`BlockWindow`).
///
/// O(1) a bar on average. Warm-up as in TA-Lib's WMA: nil for the first `period - 1` inputs. A
/// window of equal values has exactly that value as its average.
public struct WMA: Sendable {
  /// The sum of `value - anchor`, and the sum weighted from 1 at the stretch's first input; of a window
  /// the weighted one alone.
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

    func joined(_ newer: Weighted, rest: Double) -> Weighted {
      // The newer inputs follow `rest` older ones in the window.
      Weighted(weighted: weighted + (rest * newer.sum + newer.weighted))
    }

    @inline(__always)
    func mean(_ anchor: Double, _ period: Int) -> Double {
      let n = Double(period)
      return anchor + weighted / (n * (n + 1) / 2)
    }
  }

  public let period: Int
  private var window: BlockWindow<Weighted>

  public init(period: Int) {
    self.period = period
    window = BlockWindow(period: period)
  }

  /// Takes in the next value. Returns the average of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    window.update(value)?.mean(window.anchor, period)
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    let x = values.span
    return writtenColumn(values.count) { out in
      out.fillWarmUp(period - 1)
      BlockWindow<Weighted>.each(0..<out.count, period: period, input: { x[unchecked: $0] }) {
        row, anchor, _, window in
        out[row] = window.mean(anchor, period)
      }
    }
  }
}
