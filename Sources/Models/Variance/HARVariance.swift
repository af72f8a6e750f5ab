import Kernels

/// A heterogeneous autoregression of the next bar's log variance (Corsi 2009) on ranges.
///
/// `log h = log s + b0 + sum_i b_i log(v_i / s) + calendar + level`, s the EWMA variance, v_i the mean
/// `RangeVariance` over 1, 5, 22 and 66 bars. The slopes are those of a least-squares regression of
/// the next bar's log range on its past: log ranges are nearly normal (Alizadeh, Brandt and Diebold
/// 2002), log squared returns are not. `level` then makes the mean of r² / h 1 over the fitted bars.
public struct HARVariance: Sendable, Equatable {
  public let regression: Ridge
  /// What turns the expected log range into the log of the expected squared return.
  public let level: Double

  public init(regression: Ridge, level: Double) {
    self.regression = regression
    self.level = level
  }

  /// Levels that there are: beyond a factor of e^50 prices have stood still and jumped, which is nothing
  /// to forecast by.
  static let levels = -50.0...50.0

  /// Keeps columns that do not vary on a timeframe from making the regression singular.
  private static let penalty = 1e-6

  /// Fits to rows of regressors with what came of them.
  /// - Parameters:
  ///   - terms: one row an observation.
  ///   - ranges: log of the next bar's range variance over the EWMA variance.
  ///   - squares: next squared return over the EWMA variance.
  /// - Returns: Nil if there are fewer than two rows, or no level.
  static func fit(terms: [[Double]], ranges: [Double], squares: [Double]) -> HARVariance? {
    guard terms.count >= 2 else { return nil }
    let rows = (x: Matrix(rows: terms), y: ranges)
    guard let regression = Ridge.fit(training: rows, validation: rows, penalties: [penalty]),
      let level = logLevel(of: squares, over: terms.map { regression.predict($0) })
    else { return nil }
    return HARVariance(regression: regression, level: level)
  }

  /// The logarithm of the variance over the EWMA variance.
  func logRatio(_ terms: [Double]) -> Double { regression.predict(terms) + level }

  /// The shift of log forecasts under which the mean of square over forecast is 1, which is where
  /// QLIKE is least. Nil if all squares are 0, or it is not one of `levels`.
  static func logLevel(of squares: [Double], over forecasts: [Double]) -> Double? {
    var sum = 0.0
    for (square, forecast) in zip(squares, forecasts) { sum += square * Elementary.exp(-forecast) }
    guard sum > 0, sum.isFinite else { return nil }
    let level = Elementary.log(sum / Double(squares.count))
    return levels.contains(level) ? level : nil
  }
}
