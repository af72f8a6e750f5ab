import Kernels

/// The mean of a series with a standard error that allows for autocorrelation and changing variance.
///
/// Newey and West 1987, Bartlett weights `1 − k/(q+1)`; autocovariances have divisor n, as in
/// statsmodels' HAC covariance without small-sample correction.
public struct NeweyWestMean: Sendable, Equatable {
  public let mean: Double
  public let standardError: Double
  /// Autocovariances used.
  public let lags: Int

  /// Mean over standard error.
  public var t: Double { mean / standardError }

  /// `floor(4 (n/100)^(2/9))`, the usual choice (Newey and West 1994).
  public static func defaultLags(count: Int) -> Int {
    count > 0 ? Int(4 * Elementary.pow(Double(count) / 100, 2.0 / 9)) : 0
  }

  /// Nil where the series is shorter than two values or does not vary.
  ///
  /// - Parameter lags: nil is `defaultLags`; at most n − 1 are used.
  /// - Throws: `StatisticsError.notFinite`.
  public init?(_ values: [Double], lags: Int? = nil) throws(StatisticsError) {
    precondition(lags.map { $0 >= 0 } ?? true)
    try requireFinite(values)
    guard values.count > 1 else { return nil }
    let n = values.count
    let wanted = lags ?? NeweyWestMean.defaultLags(count: n)
    let used = min(wanted, n - 1)
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / Double(n)
    let deviations = values.map { $0 - mean }
    func autocovariance(_ lag: Int) -> Double {
      var sum = 0.0
      for t in lag..<n { sum += deviations[t] * deviations[t - lag] }
      return sum / Double(n)
    }
    let variance = autocovariance(0)
    guard variance > 0 else { return nil }
    var longRun = variance
    for lag in 1..<(used + 1) {
      longRun += 2 * (1 - Double(lag) / Double(used + 1)) * autocovariance(lag)
    }
    // Bartlett weights make this a sum of squares; rounding may still leave nothing.
    guard longRun > 1e-14 * variance else { return nil }
    self.mean = mean
    self.standardError = (longRun / Double(n)).squareRoot()
    self.lags = used
  }
}
