/// Whether forecasts tell the direction of outcomes better than chance (Pesaran and Timmermann 1992).
///
/// Chance knows how often forecasts and outcomes are above 0, so always forecasting "up" in a rising
/// market earns nothing. With P the share of right signs, p and q the shares of outcomes and forecasts
/// above 0 and `P* = pq + (1−p)(1−q)`, the statistic `(P − P*) / √(V(P) − V(P*))` is standard normal
/// if forecasts and outcomes are independent.
public struct PesaranTimmermann: Sendable, Equatable {
  /// Pairs in which both are not 0.
  public let count: Int
  public let hits: Int
  /// Share of right signs that independence would give.
  public let expectedHitRate: Double
  /// Share of the more frequent direction: what always naming it would hit.
  public let majorityRate: Double
  public let statistic: Double
  /// One-sided: the probability of so good a statistic without any skill.
  public let pValue: Double

  /// Nil where the variance is not above 0: with no pair, and where forecasts or outcomes all have
  /// one sign.
  ///
  /// - Precondition: both have the same length.
  public init?(forecasts: [Double], outcomes: [Double]) {
    precondition(forecasts.count == outcomes.count)
    var (count, hits, up, forecastUp) = (0, 0, 0, 0)
    for (forecast, outcome) in zip(forecasts, outcomes) where forecast != 0 && outcome != 0 {
      count += 1
      if (forecast > 0) == (outcome > 0) { hits += 1 }
      if outcome > 0 { up += 1 }
      if forecast > 0 { forecastUp += 1 }
    }
    guard count > 0 else { return nil }
    let n = Double(count)
    let (p, q) = (Double(up) / n, Double(forecastUp) / n)
    let expected = p * q + (1 - p) * (1 - q)
    let (a, b) = (2 * p - 1, 2 * q - 1)
    let variance = expected * (1 - expected) / n
    let expectedVariance =
      (a * a * q * (1 - q) + b * b * p * (1 - p)) / n
      + 4 * p * q * (1 - p) * (1 - q) / (n * n)
    // With one sign only, both variances are the same but for rounding.
    guard up > 0, up < count, forecastUp > 0, forecastUp < count, variance > expectedVariance
    else { return nil }
    self.count = count
    self.hits = hits
    expectedHitRate = expected
    majorityRate = max(p, 1 - p)
    statistic = (Double(hits) / n - expected) / (variance - expectedVariance).squareRoot()
    pValue = NormalDistribution.cumulative(-statistic)
  }
}
