import Kernels
import Market

/// Parkinson's volatility of one bar, from the highs and lows of the last `period` bars.
///
/// `sqrt(sum ln(high / low)² / (4 ln 2·period))` (Parkinson 1980, "The extreme value method for
/// estimating the variance of the rate of return"): about five times as precise as the close alone
/// for a price without drift or gaps. Not annualised. Exactly 0 where high = low throughout. Nil
/// for the first `period - 1` bars.
public struct ParkinsonVolatility: Sendable {
  public let period: Int
  private var squares: RollingSum

  public init(period: Int = 20) {
    self.period = period
    squares = RollingSum(period: period)
  }

  /// Takes in the next bar. Returns the volatility, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low)
  }

  /// - Precondition: `0 < low <= high`.
  public mutating func update(high: Double, low: Double) -> Double? {
    precondition(low > 0 && low <= high, "a bar from \(low) to \(high) has no logarithmic range")
    let range = Elementary.log(high / low)
    // 4 ln 2.
    return squares.update(range * range).map {
      ($0 / (2.77258872223978123767 * Double(period))).squareRoot()
    }
  }

  /// The volatilities of whole columns of equal length; NaN in the warm-up.
  public static func column(highs: [Double], lows: [Double], period: Int = 20) -> [Double] {
    precondition(highs.count == lows.count)
    var volatility = ParkinsonVolatility(period: period)
    return Indicators.column(highs.count) {
      volatility.update(high: highs[$0], low: lows[$0])
    }
  }
}
