/// Realised volatility of one bar: the root of the mean squared log return of the last `period`.
///
/// The mean return is not subtracted: over a few bars it is noise that the estimate is better
/// without (Andersen, Bollerslev, Diebold and Labys 2003, realised variance as a sum of squares).
/// Not annualised; multiply by the root of the bars a year. Exactly 0 where the price stood still.
/// Nil for the first `period - 1` returns, which is `period` bars.
public struct RealisedVolatility: Sendable {
  private var meanSquare: SMA

  public init(period: Int = 20) {
    meanSquare = SMA(period: period)
  }

  /// Takes in the next log return. Returns the volatility of one bar, or nil in the warm-up.
  public mutating func update(_ logReturn: Double) -> Double? {
    // A mean about an anchor may round to a hair below zero.
    meanSquare.update(logReturn * logReturn).map { max(0, $0).squareRoot() }
  }

  /// The volatilities of a whole column of closes; NaN in the warm-up.
  public static func column(closes: [Double], period: Int = 20) -> [Double] {
    var logReturn = LogReturn()
    var volatility = RealisedVolatility(period: period)
    return Indicators.column(closes.count) { index in
      logReturn.update(closes[index]).flatMap { volatility.update($0) }
    }
  }
}
