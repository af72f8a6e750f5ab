public import Models

extension PoolTraining {
  /// The training that a portfolio's settings ask for.
  public init(_ portfolio: Portfolio) {
    self.init(
      regime: portfolio.regime, forecast: portfolio.forecast, variance: portfolio.variance,
      seed: portfolio.seed, maxGap: portfolio.maxGap, minimumBars: portfolio.minimumBars)
  }
}
