import Allocation
import Kernels
public import Market
import Trading

/// What a portfolio's prior and limits make of assets of which nothing but returns is known: a
/// what-if, without models, signals or prices.
public struct ReturnsAllocation: Sendable {
  /// Sorted.
  public let symbols: [Symbol]
  /// Closes at which the returns were made, ascending.
  public let times: [Timestamp]
  /// A row a time, a column a symbol; NaN where there is none.
  public let returns: [[Double]]

  /// - Precondition: a row a time and a column a symbol.
  public init(symbols: [Symbol], times: [Timestamp], returns: [[Double]]) {
    precondition(returns.count == times.count && returns.allSatisfy { $0.count == symbols.count })
    let order = symbols.indices.sorted { symbols[$0] < symbols[$1] }
    self.symbols = order.map { symbols[$0] }
    self.times = times
    self.returns = returns.map { row in order.map { row[$0] } }
  }

  /// Returns a year, from the first to the last; nil for fewer than two.
  public var periodsPerYear: Double? {
    guard let first = times.first, let last = times.last, last > first else { return nil }
    let years = Double(last - first) / (365.25 * Double(Timestamp.millisecondsPerDay))
    return Double(times.count - 1) / years
  }

  /// Rows in a row without a return after which an asset is no longer there to be bought.
  private static let staleRows = 5

  /// By symbol, whether it has had no return for some time.
  private var areStale: [Bool] {
    let last = returns.suffix(ReturnsAllocation.staleRows)
    return symbols.indices.map { symbol in last.allSatisfy { $0[symbol].isNaN } }
  }

  /// Decides from cash, at the last of the times.
  ///
  /// Every unit costs one unit of currency, so quantities are values.
  /// - Parameter portfolio: its prior, covariance settings and limits count; its mode is
  ///   `prior_tilt`.
  public func report(_ portfolio: Portfolio, periodsPerYear: Double, source: String) throws
    -> AllocationReport
  {
    let estimate = try measured(portfolio.allocation, shrinks: true)
    let equity = portfolio.capital.cash
    let decision = try Allocator(settings: portfolio.allocation, limits: portfolio.limits).decide(
      AllocationInput(
        assets: zip(symbols, areStale).map { symbol, isStale in
          AssetInput(symbol: symbol, ineligible: isStale ? .stalePrice : nil, price: 1)
        }, covariance: estimate, periodsPerYear: periodsPerYear, equity: equity))
    let rows = decision.lines.map { line in
      AllocationReport.Row(
        symbol: line.symbol, line: line, price: 1, heldQuantity: 0,
        tradeQuantity: line.target * equity, views: [])
    }
    var report = AllocationReport(
      portfolioName: source, profile: portfolio.allocation.prior.rawValue,
      allocationMode: portfolio.allocation.mode.rawValue, asOf: times.last ?? .distantPast,
      primary: portfolio.primary, equity: equity, currency: portfolio.capital.currency,
      heldFrom: "cash", rows: rows, decision: decision,
      correlation: AllocationReport.correlation(estimate, of: symbols),
      notes: [
        "a what-if from \(times.count) returns, without models: in sample, and before costs"
      ], runHash: AllocationReport.hash(times.last ?? .distantPast, decision))
    report.shrinkage = estimate.shrinkage
    report.shrinksToMean = portfolio.allocation.covariance.shrinksToMean
    if estimate.shrinkage > 0 {
      report.sampleCorrelation = try sampleCorrelation(portfolio.allocation)
    }
    report.clusterOrder = correlationClusters(
      report.correlation, atLeast: portfolio.limits.cluster.rho
    ).flatMap { $0 }
    report.spread = estimate.spread(of: decision.weights)
    let units = symbols.reduce(into: [Symbol: TradeUnits]()) { units, symbol in
      units[symbol] = portfolio.limits.trading.units(
        of: symbol, price: 1, volume: nil, equity: equity)
    }
    report.standings = portfolio.limits.standings(of: decision, estimate, units: units)
    return report
  }

  private func measured(_ settings: AllocationSettings, shrinks: Bool) throws(AllocationError)
    -> CovarianceEstimate
  {
    var covariance = try settings.covarianceEstimator(of: symbols, shrinks: shrinks)
    for row in returns { try covariance.update(row) }
    return try covariance.estimate(minimumObservations: settings.minimumObservations)
  }

  /// The correlations before they are shrunk; nil where only shrinking makes them usable.
  private func sampleCorrelation(_ settings: AllocationSettings) throws -> Matrix? {
    do {
      return AllocationReport.correlation(
        try measured(settings, shrinks: false), of: symbols)
    } catch AllocationError.singularCovariance {
      return nil
    }
  }
}
