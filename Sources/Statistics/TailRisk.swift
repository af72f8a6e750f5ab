/// How bad the worst returns are. Values at risk are returns: below 0 for a loss.
///
/// Historical: the quantile is linear between order statistics, the conditional value is the mean of
/// the returns at or below it. Normal: the quantile and the tail mean of the normal distribution with
/// the sample's mean and deviation (ddof 1). Cornish-Fisher: the normal quantile corrected for
/// skewness S and excess kurtosis K (moments of divisor n),
/// `z + (z²−1)S/6 + (z³−3z)K/24 − (2z³−5z)S²/36` (Cornish and Fisher 1938).
public struct TailRisk: Sendable, Equatable {
  /// Probability of the tail, such as 0.05.
  public let tail: Double
  public let historical: Double
  public let conditionalHistorical: Double
  /// Nil below two returns.
  public let normal: Double?
  public let conditionalNormal: Double?
  /// Nil where the returns do not vary.
  public let cornishFisher: Double?
  /// Quantile of the gains' tail over that of the losses', in absolute value; nil where that is 0.
  public let tailRatio: Double?

  /// - Throws: `StatisticsError` for no return, values that are not finite and a tail outside
  ///   0...0.5.
  public init(returns: [Double], tail: Double = 0.05) throws(StatisticsError) {
    guard !returns.isEmpty else { throw .tooShort(have: 0, need: 1) }
    try requireFinite(returns)
    guard tail > 0, tail < 0.5 else {
      throw .invalidParameter(name: "tail", value: tail, rule: "between 0 and 0.5")
    }
    self.tail = tail
    let sorted = returns.sorted()
    let limit = quantile(sorted: sorted, tail)
    historical = limit
    let worst = sorted.prefix { $0 <= limit }
    conditionalHistorical = worst.reduce(0, +) / Double(worst.count)
    tailRatio = limit == 0 ? nil : abs(quantile(sorted: sorted, 1 - tail)) / abs(limit)

    let moments = Moments(returns)
    let z = NormalDistribution.quantile(tail)
    let deviation = moments.standardDeviation
    normal = deviation.map { moments.mean + z * $0 }
    conditionalNormal = deviation.map {
      moments.mean - $0 * NormalDistribution.density(z) / tail
    }
    if let deviation, let skewness = moments.biasedSkewness, let kurtosis = moments.biasedKurtosis {
      let (second, third) = (z * z - 1, z * z * z - 3 * z)
      let corrected =
        z + second * skewness / 6 + third * (kurtosis - 3) / 24
        - (2 * z * z * z - 5 * z) * skewness * skewness / 36
      cornishFisher = moments.mean + corrected * deviation
    } else {
      cornishFisher = nil
    }
  }
}
