public import Allocation
public import Market

/// Volatilities and correlations as they are known at a moment: it reads daily bars (or slower ones)
/// as they close, and none before.
public struct RiskHistory: Sendable {
  private let grid: BarGrid
  private var covariance: any CovarianceEstimator
  private var steps = 0
  private var lastCloses: [Double?]
  private let regimes: MarketRegimePath?
  private let made: [Timestamp: CovarianceEstimate]

  /// - Parameters:
  ///   - grid: the bars that returns are taken of.
  ///   - settings: how the covariance is estimated, and from how many returns.
  ///   - regimes: of the market in time, which `covariance: mixture` needs; nil where there are none.
  ///   - made: estimates that such a history has made before, on the same bars and settings; they
  ///     are handed out again instead of being computed.
  public init(
    grid: BarGrid, settings: AllocationSettings = AllocationSettings(),
    regimes: MarketRegimePath? = nil, made: [Timestamp: CovarianceEstimate] = [:]
  ) throws(AllocationError) {
    self.grid = grid
    self.made = made
    self.regimes = regimes
    covariance = try settings.covarianceEstimator(of: grid.symbols, regimes: regimes?.states)
    lastCloses = Array(repeating: nil, count: grid.symbols.count)
  }

  /// The estimate on the bars that are known at `now`. Moments come in order of time.
  public mutating func estimate(at now: Timestamp, minimumObservations: Int)
    throws(AllocationError) -> CovarianceEstimate
  {
    if let estimate = made[now] { return estimate }
    let known = countKnown(grid.times.count, at: now, knownAt: grid.knownAt)
    while steps < known {
      var returns: [Double] = []
      for symbol in lastCloses.indices {
        guard let bar = grid.bar(symbol, at: steps) else {
          returns.append(.nan)
          continue
        }
        let close = grid.series[symbol].closes[bar]
        returns.append(lastCloses[symbol].map { close / $0 - 1 } ?? .nan)
        lastCloses[symbol] = close
      }
      if let regimes {
        covariance.observe(
          regimes.known(at: grid.knownAt(steps)) ?? .unknown(of: regimes.states))
      }
      try covariance.update(returns)
      steps += 1
    }
    return try covariance.estimate(minimumObservations: minimumObservations)
  }
}
