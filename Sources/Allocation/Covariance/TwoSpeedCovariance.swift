import Kernels
import Market

/// Volatilities with a short memory, correlations with a long one, shrunk to what data can bear.
///
/// Returns are taken about zero. With `λ = 2^(−1/halfLife)`:
/// - the volatility of a symbol is the root of its exponentially weighted mean square;
/// - the correlation of two symbols is that of the bars on which both have a return,
///   `Σ p x_i x_j / √(Σ p x_i² · Σ p x_j²)`, so that a late listing is neither dropped nor pulled
///   towards zero, and a hole (a holiday) freezes the pair;
/// - the correlations C are shrunk to their mean r̄: `(1−d)C + dF`, F constant, with the weighted
///   Ledoit–Wolf intensity `d = min(1, Σ p_t² ‖z_t z_t' − C‖² / ‖C − F‖²)`, z the standardised
///   returns;
/// - what is then not positive semidefinite is made so by clipping eigenvalues.
///
/// One definition serves the whole history at once and one bar at a time: `update` costs O(N²).
public struct TwoSpeedCovariance: CovarianceEstimator {
  /// Sorted.
  public var symbols: [Symbol] { order.symbols }
  public let volatilityHalfLife: Double
  public let correlationHalfLife: Double
  /// Whether the correlations are shrunk.
  public let shrinks: Bool

  private let order: SymbolOrder
  private let volatilityDecay: Double
  private let correlationDecay: Double
  private var rows = 0
  private var observations: [Int]
  private var squares: [Double]
  private var still: StillReturns
  private var pairs: PairMoments
  private var lagged: LaggedMoments?

  /// - Parameters:
  ///   - symbols: the order of the returns passed to `update`; any order.
  ///   - correctsLag: whether markets that close at different times are allowed for
  ///     (`LagOneCorrection`).
  ///   - shrinks: whether the correlations are shrunk.
  /// - Throws: `AllocationError.duplicateSymbol`.
  /// - Precondition: both half-lives are above 0.
  public init(
    symbols: [Symbol], volatilityHalfLife: Double = 20, correlationHalfLife: Double = 60,
    correctsLag: Bool = false, shrinks: Bool = true
  ) throws(AllocationError) {
    precondition(volatilityHalfLife > 0 && correlationHalfLife > 0)
    order = try SymbolOrder(symbols)
    self.shrinks = shrinks
    lagged =
      correctsLag ? LaggedMoments(count: symbols.count, halfLife: correlationHalfLife) : nil
    self.volatilityHalfLife = volatilityHalfLife
    self.correlationHalfLife = correlationHalfLife
    volatilityDecay = halfLifeDecay(volatilityHalfLife)
    correlationDecay = halfLifeDecay(correlationHalfLife)
    observations = Array(repeating: 0, count: symbols.count)
    squares = Array(repeating: 0, count: symbols.count)
    still = StillReturns(count: symbols.count)
    pairs = PairMoments(count: symbols.count, decay: halfLifeDecay(correlationHalfLife))
  }

  /// The estimator that an allocation's settings ask for.
  public init(symbols: [Symbol], settings: AllocationSettings, shrinks: Bool = true)
    throws(AllocationError)
  {
    try settings.validate()
    try self.init(
      symbols: symbols, volatilityHalfLife: settings.volatilityHalfLife,
      correlationHalfLife: settings.correlationHalfLife, correctsLag: settings.correctsLag,
      shrinks: shrinks)
  }

  /// Takes in the returns of one bar, in the order of `init`; NaN is a missing return.
  ///
  /// - Throws: `AllocationError.infiniteReturn`; the state is then unchanged.
  public mutating func update(_ returns: [Double]) throws(AllocationError) {
    let sorted = try order.sorted(returns, row: rows)
    for (i, value) in sorted.enumerated() where !value.isNaN {
      observations[i] += 1
      squares[i] = volatilityDecay * squares[i] + (1 - volatilityDecay) * (value * value)
    }
    still.update(sorted)
    pairs.update(sorted)
    lagged?.update(sorted)
    rows += 1
  }

  /// The estimate on all returns so far.
  ///
  /// A symbol with fewer than `minimumObservations` returns, or that hardly moves, is excluded with
  /// its reason. A pair with fewer common returns than that takes the mean of the other pairs'
  /// correlations (0 if there is no other).
  public func estimate(minimumObservations: Int = 60) -> CovarianceEstimate {
    let need = max(2, minimumObservations)
    let eligible = EligibleSymbols(
      symbols, observations: observations, still: still, need: need
    ) { i in
      let weight = 1 - halfLifeDecay(volatilityHalfLife, bars: observations[i])
      return (squares[i] / weight).squareRoot()
    }
    let usable = eligible.indexes
    let shrunk = pairs.shrunkCorrelation(
      of: usable, halfLife: correlationHalfLife, minimumObservations: need, shrinks: shrinks)
    let repaired = nearestCorrelation(
      shrunk.correlation,
      eigenvaluesAtLeast: leastEigenvalue(usable, shrunk.intensity, shrunk.average))
    let estimate = CovarianceEstimate(
      symbols: usable.map { symbols[$0] }, volatilities: eligible.volatilities,
      correlation: repaired ?? shrunk.correlation, shrinkage: shrunk.intensity,
      averageCorrelation: shrunk.average, observations: usable.map { observations[$0] },
      excluded: eligible.excluded, isRepaired: repaired != nil)
    return lagged.map { $0.correction(of: usable).applied(to: estimate) } ?? estimate
  }

  /// What the correlations' smallest eigenvalue is at least: where all symbols have the same bars,
  /// what is shrunk is positive semidefinite.
  private func leastEigenvalue(_ symbols: [Int], _ intensity: Double, _ average: Double) -> Double {
    guard let first = symbols.first,
      symbols.allSatisfy({ observations[$0] == observations[first] }),
      pairs.isCommon(to: symbols, bars: observations[first])
    else { return 0 }
    return intensity * smallestEigenvalue(ofConstant: average, count: symbols.count)
  }

  /// Takes in a whole history as the first. Where no return is missing, the sums of the pairs are taken
  /// at once: they are those of one bar after the other to rounding.
  private mutating func take(_ returns: Matrix) throws(AllocationError) {
    precondition(rows == 0, "nothing has been taken in before")
    guard returns.elements.allSatisfy(\.isFinite), lagged == nil else {
      for t in 0..<returns.rows { try update(Array(returns.row(t))) }
      return
    }
    var sorted: [Double] = []
    sorted.reserveCapacity(returns.elements.count)
    for t in 0..<returns.rows {
      let row = try order.sorted(returns.row(t), row: t)
      sorted += row
      for i in row.indices {
        squares[i] = volatilityDecay * squares[i] + (1 - volatilityDecay) * (row[i] * row[i])
      }
    }
    observations = observations.map { _ in returns.rows }
    still = StillReturns(sorted, columns: order.count)
    pairs = PairMoments(count: order.count, decay: correlationDecay, complete: sorted)
    rows = returns.rows
  }

  /// The estimate on a whole history.
  ///
  /// - Parameter returns: T×N, oldest first, a column a symbol in the order of `symbols`; NaN is a
  ///   missing return.
  public static func estimate(
    symbols: [Symbol], returns: Matrix, volatilityHalfLife: Double = 20,
    correlationHalfLife: Double = 60, minimumObservations: Int = 60
  ) throws(AllocationError) -> CovarianceEstimate {
    var state = try TwoSpeedCovariance(
      symbols: symbols, volatilityHalfLife: volatilityHalfLife,
      correlationHalfLife: correlationHalfLife)
    try state.take(returns)
    return state.estimate(minimumObservations: minimumObservations)
  }

  /// The estimate on a whole history, a missing return being nil.
  public static func estimate(
    symbols: [Symbol], returns: [[Double?]], volatilityHalfLife: Double = 20,
    correlationHalfLife: Double = 60, minimumObservations: Int = 60
  ) throws(AllocationError) -> CovarianceEstimate {
    var state = try TwoSpeedCovariance(
      symbols: symbols, volatilityHalfLife: volatilityHalfLife,
      correlationHalfLife: correlationHalfLife)
    for row in returns { try state.update(row.map { $0 ?? .nan }) }
    return state.estimate(minimumObservations: minimumObservations)
  }
}
