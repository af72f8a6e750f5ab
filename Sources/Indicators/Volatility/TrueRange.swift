import Kernels
import Market

/// True range, in the unit of the price: how far a bar has moved, the gap before it included.
///
/// `max(high - low, |previous close - high|, |previous close - low|)` (Wilder 1978). The first bar
/// has no previous close and gives nil, as in TA-Lib.
public struct TrueRange: Sendable {
  private var previousClose: Double?

  public init() {}

  /// Takes in the next bar. Returns its true range, or nil for the first bar.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Double? {
    defer { previousClose = close }
    return previousClose.map { TrueRange.range(high: high, low: low, previousClose: $0) }
  }

  @inline(__always)
  static func range(high: Double, low: Double, previousClose: Double) -> Double {
    larger(
      high - low, larger((previousClose - high).magnitude, (previousClose - low).magnitude))
  }

  /// The true ranges of whole columns of equal length; NaN for the first bar.
  public static func column(highs: [Double], lows: [Double], closes: [Double]) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    return writtenColumn(closes.count) { out in
      out.fillWarmUp(1)
      write(highs, lows, closes, rows: min(1, out.count)..<out.count, to: out)
    }
  }

  /// Writes the true ranges of some rows, none of them the first.
  static func write(
    _ highs: [Double], _ lows: [Double], _ closes: [Double], rows: Range<Int>, to out: Output
  ) {
    guard !rows.isEmpty else { return }
    let before = rows.lowerBound - 1..<rows.upperBound - 1
    highs.withUnsafeBufferPointer { high in
      lows.withUnsafeBufferPointer { low in
        closes.withUnsafeBufferPointer { close in
          ColumnKernels.trueRange(
            high: .init(rebasing: high[rows]), low: .init(rebasing: low[rows]),
            previousClose: .init(rebasing: close[before]), into: .init(rebasing: out[rows]))
        }
      }
    }
  }
}
