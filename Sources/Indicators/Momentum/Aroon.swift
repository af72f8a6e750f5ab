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

  public let period: Int
  private var highest: RollingMaximum
  private var lowest: RollingMaximum

  public init(period: Int) {
    precondition(period >= 1, "an Aroon looks back at least one bar")
    self.period = period
    highest = RollingMaximum(period: period + 1)
    lowest = RollingMaximum(period: period + 1)
  }

  /// Takes in the next bar. Returns both values, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low)
  }

  public mutating func update(high: Double, low: Double) -> Value? {
    let top = highest.update(high)?.barsAgo
    let bottom = lowest.update(-low)?.barsAgo
    guard let top, let bottom else { return nil }
    return Value(up: recency(top), down: recency(bottom))
  }

  private func recency(_ barsAgo: Int) -> Double {
    100 * Double(period - barsAgo) / Double(period)
  }

  /// The two columns for whole columns of equal length; NaN in the warm-up.
  public static func columns(
    highs: [Double], lows: [Double], period: Int
  ) -> (up: [Double], down: [Double]) {
    precondition(highs.count == lows.count)
    var indicator = Aroon(period: period)
    var up = Array(repeating: Double.nan, count: highs.count)
    var down = up
    for index in highs.indices {
      guard let value = indicator.update(high: highs[index], low: lows[index]) else { continue }
      up[index] = value.up
      down[index] = value.down
    }
    return (up, down)
  }
}
