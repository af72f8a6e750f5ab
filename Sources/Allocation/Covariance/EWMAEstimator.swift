import Kernels
public import Market

/// `EWMACovariance` of named symbols, as an allocation uses it.
public struct EWMAEstimator: CovarianceEstimator {
  private let order: SymbolOrder
  private var state: EWMACovariance
  private var lagged: LaggedMoments?
  private var rows = 0
  private var still: StillReturns
  /// Returns that two symbols have in common, N×N.
  private var common: [Int]

  /// - Parameters:
  ///   - symbols: the order of the returns passed to `update`; any order.
  ///   - correctsLag: whether markets that close at different times are allowed for.
  /// - Throws: `AllocationError.duplicateSymbol`.
  public init(symbols: [Symbol], halfLife: Double, correctsLag: Bool = false)
    throws(AllocationError)
  {
    order = try SymbolOrder(symbols)
    state = EWMACovariance(count: symbols.count, halfLife: halfLife)
    lagged = correctsLag ? LaggedMoments(count: symbols.count, halfLife: halfLife) : nil
    still = StillReturns(count: symbols.count)
    common = Array(repeating: 0, count: symbols.count * symbols.count)
  }

  public mutating func update(_ returns: [Double]) throws(AllocationError) {
    let sorted = try order.sorted(returns, row: rows)
    state.update(sorted)
    still.update(sorted)
    lagged?.update(sorted)
    let n = order.count
    for i in 0..<n where !sorted[i].isNaN {
      for j in 0...i where !sorted[j].isNaN { common[i * n + j] += 1 }
    }
    rows += 1
  }

  public func estimate(minimumObservations: Int = 60) throws(AllocationError)
    -> CovarianceEstimate
  {
    let need = max(2, minimumObservations)
    let (known, covariance) = state.estimate(minimumObservations: need)
    let variances = Dictionary(
      uniqueKeysWithValues: known.enumerated().map { ($1, covariance[$0, $0]) })
    let eligible = EligibleSymbols(
      order.symbols, observations: state.observations, still: still, need: need
    ) { variances[$0, default: 0].squareRoot() }
    let rows = eligible.indexes.map { known.firstIndex(of: $0)! }
    var part: [Double] = []
    for i in rows {
      for j in rows { part.append(covariance[i, j]) }
    }
    var shared: [Int] = []
    for i in eligible.indexes {
      for j in eligible.indexes { shared.append(common[max(i, j) * order.count + min(i, j)]) }
    }
    let isOneHistory = shared.allSatisfy { $0 == shared[0] }
    let measured = MeasuredCovariance(
      symbols: order.symbols, eligible: eligible, covariance: part,
      observations: state.observations, common: isOneHistory ? nil : shared, need: need)
    let estimate = try measured.estimate(name: CovarianceMethod.ewma.rawValue)
    return lagged.map { $0.correction(of: eligible.indexes).applied(to: estimate) } ?? estimate
  }
}
