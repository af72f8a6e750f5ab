import Allocation
import Market

/// A covariance estimator that reads the closes of some symbols of a grid, one step after the other.
struct ReturnStream: Sendable {
  /// Places in the grid.
  let symbols: [Int]
  private let grid: BarGrid
  private var covariance: any CovarianceEstimator
  private var lastCloses: [Double?]

  /// - Parameter regimes: how many the estimator tells apart; nil where it needs none.
  init(_ symbols: [Int], of grid: BarGrid, _ settings: AllocationSettings, regimes: Int?)
    throws(AllocationError)
  {
    self.symbols = symbols
    self.grid = grid
    covariance = try settings.covarianceEstimator(
      of: symbols.map { grid.symbols[$0] }, regimes: regimes)
    lastCloses = Array(repeating: nil, count: symbols.count)
  }

  /// Takes in the returns since the step that was taken in before; a symbol without a bar has none, and
  /// its next one is over all of the time since its last.
  /// - Parameter regime: as it is known at the close of the step.
  mutating func take(_ step: Int, regime: MarketRegime?) throws(AllocationError) {
    var returns: [Double] = []
    returns.reserveCapacity(symbols.count)
    for (index, symbol) in symbols.enumerated() {
      guard let bar = grid.bar(symbol, at: step) else {
        returns.append(.nan)
        continue
      }
      let close = grid.series[symbol].closes[bar]
      returns.append(lastCloses[index].map { close / $0 - 1 } ?? .nan)
      lastCloses[index] = close
    }
    if let regime { covariance.observe(regime) }
    try covariance.update(returns)
  }

  /// Whether any of the symbols has a bar.
  func hasBar(at step: Int) -> Bool {
    symbols.contains { grid.bar($0, at: step) != nil }
  }

  func estimate(minimumObservations: Int) throws(AllocationError) -> CovarianceEstimate {
    try covariance.estimate(minimumObservations: minimumObservations)
  }
}
