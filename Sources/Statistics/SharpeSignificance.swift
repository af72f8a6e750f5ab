import Kernels

/// How sure a Sharpe ratio is, from the returns it was measured on. All ratios are per bar.
///
/// Bailey and López de Prado, "The Sharpe ratio efficient frontier" (2012) and "The deflated Sharpe
/// ratio" (2014), with moments of divisor n.
public struct SharpeSignificance: Sendable, Equatable {
  /// Returns measured.
  public let count: Int
  /// Mean over sample standard deviation.
  public let sharpe: Double
  public let skewness: Double
  /// 3 for a normal distribution.
  public let kurtosis: Double
  /// `1 − γ3·SR + (γ4 − 1)/4·SR²`: the variance of the ratio, times n.
  private let spread: Double

  /// Nil where the returns are fewer than two, do not vary, or have moments that no distribution of
  /// the estimate fits.
  /// - Throws: `StatisticsError.notFinite`.
  public init?(returns: [Double]) throws(StatisticsError) {
    try requireFinite(returns)
    guard returns.count > 1 else { return nil }
    let moments = Moments(returns)
    guard let sharpe = moments.meanOverDeviation, let skewness = moments.biasedSkewness,
      let kurtosis = moments.biasedKurtosis
    else { return nil }
    let spread = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe
    guard spread > 0 else { return nil }
    count = returns.count
    self.sharpe = sharpe
    self.skewness = skewness
    self.kurtosis = kurtosis
    self.spread = spread
  }

  /// Standard error of the ratio for returns of any distribution (Mertens 2002), divisor n − 1.
  public var standardError: Double {
    (spread / Double(count - 1)).squareRoot()
  }

  /// Standard error of the ratio for independent normal returns (Lo 2002).
  public var standardErrorOfNormalReturns: Double {
    ((1 + sharpe * sharpe / 2) / Double(count)).squareRoot()
  }

  /// The probability that the true ratio is above `benchmark` (PSR).
  public func probability(above benchmark: Double = 0) -> Double {
    NormalDistribution.cumulative((sharpe - benchmark) / standardError)
  }

  /// The probability that the true ratio is above what the best of so many trials without any skill
  /// would show (DSR).
  ///
  /// - Parameters:
  ///   - trials: how many were tried, this one among them.
  ///   - deviationOfTrials: sample standard deviation of the trials' ratios per bar.
  public func deflated(trials: Int, deviationOfTrials: Double) -> Double {
    probability(
      above: SharpeSignificance.expectedMaximum(
        trials: trials, deviationOfTrials: deviationOfTrials))
  }

  /// The ratio that the best of so many trials without skill is expected to show:
  /// `sd·((1−γ)Φ⁻¹(1−1/N) + γΦ⁻¹(1−1/(Ne)))`, γ Euler's constant; 0 for one trial.
  ///
  /// - Precondition: `trials >= 1` and `deviationOfTrials >= 0`.
  public static func expectedMaximum(trials: Int, deviationOfTrials: Double) -> Double {
    precondition(trials >= 1 && deviationOfTrials >= 0)
    guard trials > 1 else { return 0 }
    let euler = 0.577_215_664_901_532_860_6
    let n = Double(trials)
    let upper = -NormalDistribution.quantile(1 / n)
    let further = -NormalDistribution.quantile(1 / (n * 2.718_281_828_459_045_235_4))
    return deviationOfTrials * ((1 - euler) * upper + euler * further)
  }

  /// The bars after which the ratio measured would be above `benchmark` with this confidence
  /// (minimum track record length); nil where it is not above it.
  public func barsNeeded(above benchmark: Double = 0, confidence: Double = 0.95) -> Double? {
    precondition(confidence > 0.5 && confidence < 1)
    guard sharpe > benchmark else { return nil }
    let z = NormalDistribution.quantile(confidence) / (sharpe - benchmark)
    return 1 + spread * z * z
  }
}
