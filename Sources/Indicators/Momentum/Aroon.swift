import Kernels
import Market

/// Aroon, 0...100: how recent the highest high and the lowest low of the last bars are.
///
/// `up = 100·(n - bars since the highest high) / n` over the last n + 1 bars, for a period of n, and
/// `down` with the lowest low (Chande 1995). Of equal extremes the newest counts, as in TA-Lib's
/// AROON; so both are 100 on flat prices. Nil for the first `period` bars.
public struct Aroon: Sendable {
  public struct Value: Sendable, Equatable {
    public var up: Double
    public var down: Double

    /// `up - down`, -100...100 (TA-Lib's AROONOSC).
    public var oscillator: Double { up - down }
  }

  /// The greatest high and the greatest negated low of a stretch, and where each stands.
  private struct Extremes: WindowPart {
    var greatest = SIMD2<Double>(repeating: -.infinity)
    var places = SIMD2<Double>.zero

    mutating func append(_ bar: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) {
      take(bar, SIMD2(repeating: place), where: greatest .<= bar)
    }

    mutating func prepend(_ bar: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) {
      take(bar, SIMD2(repeating: place), where: greatest .< bar)
    }

    static func joined(_ older: Extremes, _ newer: Extremes, rest: Double) -> Extremes {
      var both = older
      // A window is asked for its places alone.
      both.places.replace(with: newer.places, where: older.greatest .<= newer.greatest)
      return both
    }

    @inline(__always)
    private mutating func take(
      _ bar: SIMD2<Double>, _ places: SIMD2<Double>, where mask: SIMDMask<SIMD2<Int64>>
    ) {
      greatest.replace(with: bar, where: greatest .< bar)
      self.places.replace(with: places, where: mask)
    }
  }

  public let period: Int
  private var window: BlockWindow<Extremes>

  public init(period: Int) {
    precondition(period >= 1, "an Aroon looks back at least one bar")
    self.period = period
    window = BlockWindow(period: period + 1)
  }

  /// Takes in the next bar. Returns both values, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low)
  }

  public mutating func update(high: Double, low: Double) -> Value? {
    window.update(SIMD2(high, -low)).map {
      let period = Double(period)
      let recency = 100 * (period - (Double(window.place) - $0.places)) / period
      return Value(up: recency[0], down: recency[1])
    }
  }

  /// The two columns for whole columns of equal length; NaN in the warm-up.
  public static func columns(
    highs: [Double], lows: [Double], period: Int
  ) -> (up: [Double], down: [Double]) {
    precondition(highs.count == lows.count)
    precondition(period >= 1, "an Aroon looks back at least one bar")
    return writtenColumns(highs.count) { up, down in
      for (values, out, ofLeast) in [(highs, up, false), (lows, down, true)] {
        out.fillWarmUp(period)
        values.withUnsafeBufferPointer {
          ColumnKernels.recency($0, period: period, ofLeast: ofLeast, into: out)
        }
      }
    }
  }
}
