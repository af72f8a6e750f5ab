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
public struct TwoSpeedCovariance: Sendable {
  /// A symbol whose volatility a bar is below this does not move.
  public static let smallestVolatility = 1e-8

  /// Sorted.
  public let symbols: [Symbol]
  public let volatilityHalfLife: Double
  public let correlationHalfLife: Double

  /// `callerColumn[i]` is where the returns passed to `update` hold those of `symbols[i]`.
  private let callerColumn: [Int]
  private let volatilityDecay: Double
  private let correlationDecay: Double
  private var rows = 0
  private var observations: [Int]
  private var squares: [Double]
  private var pairs: PairMoments

  /// - Parameter symbols: the order of the returns passed to `update`; any order.
  /// - Throws: `AllocationError.duplicateSymbol`.
  /// - Precondition: both half-lives are above 0.
  public init(
    symbols: [Symbol], volatilityHalfLife: Double = 20, correlationHalfLife: Double = 60
  ) throws(AllocationError) {
    precondition(volatilityHalfLife > 0 && correlationHalfLife > 0)
    let order = symbols.indices.sorted { symbols[$0] < symbols[$1] }
    for (a, b) in zip(order, order.dropFirst()) where symbols[a] == symbols[b] {
      throw .duplicateSymbol(symbols[a])
    }
    self.symbols = order.map { symbols[$0] }
    self.callerColumn = order
    self.volatilityHalfLife = volatilityHalfLife
    self.correlationHalfLife = correlationHalfLife
    volatilityDecay = halfLifeDecay(volatilityHalfLife)
    correlationDecay = halfLifeDecay(correlationHalfLife)
    observations = Array(repeating: 0, count: symbols.count)
    squares = Array(repeating: 0, count: symbols.count)
    pairs = PairMoments(count: symbols.count, decay: halfLifeDecay(correlationHalfLife))
  }

  /// The estimator that an allocation's settings ask for.
  public init(symbols: [Symbol], settings: AllocationSettings) throws(AllocationError) {
    try settings.validate()
    try self.init(
      symbols: symbols, volatilityHalfLife: settings.volatilityHalfLife,
      correlationHalfLife: settings.correlationHalfLife)
  }

  /// Takes in the returns of one bar, in the order of `init`; NaN is a missing return.
  ///
  /// - Throws: `AllocationError.infiniteReturn`; the state is then unchanged.
  public mutating func update(_ returns: some Collection<Double>) throws(AllocationError) {
    precondition(returns.count == symbols.count, "one return a symbol")
    let given = Array(returns)
    let sorted = callerColumn.map { given[$0] }
    for (i, value) in sorted.enumerated() where value.isInfinite {
      throw .infiniteReturn(symbol: symbols[i], row: rows)
    }
    for (i, value) in sorted.enumerated() where !value.isNaN {
      observations[i] += 1
      squares[i] = volatilityDecay * squares[i] + (1 - volatilityDecay) * (value * value)
    }
    pairs.update(sorted)
    rows += 1
  }

  /// The estimate on all returns so far.
  ///
  /// A symbol with fewer than `minimumObservations` returns, or that does not move, is excluded with
  /// its reason. A pair with fewer common returns than that takes the mean of the other pairs'
  /// correlations (0 if there is no other).
  public func estimate(minimumObservations: Int = 60) -> CovarianceEstimate {
    let need = max(2, minimumObservations)
    var excluded: [CovarianceEstimate.Exclusion] = []
    var usable: [Int] = []
    var volatilities: [Double] = []
    for (i, symbol) in symbols.enumerated() {
      let have = observations[i]
      guard have >= need else {
        excluded.append(
          .init(symbol: symbol, reason: .insufficientHistory(have: have, need: need)))
        continue
      }
      let weight = 1 - halfLifeDecay(volatilityHalfLife, bars: have)
      let volatility = (squares[i] / weight).squareRoot()
      guard volatility > TwoSpeedCovariance.smallestVolatility, volatility.isFinite else {
        excluded.append(.init(symbol: symbol, reason: .zeroVolatility))
        continue
      }
      usable.append(i)
      volatilities.append(volatility)
    }
    let shrunk = pairs.shrunkCorrelation(
      of: usable, halfLife: correlationHalfLife, minimumObservations: need)
    let repaired = nearestCorrelation(shrunk.correlation)
    return CovarianceEstimate(
      symbols: usable.map { symbols[$0] }, volatilities: volatilities,
      correlation: repaired ?? shrunk.correlation, shrinkage: shrunk.intensity,
      averageCorrelation: shrunk.average, observations: usable.map { observations[$0] },
      excluded: excluded, isRepaired: repaired != nil)
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
    for t in 0..<returns.rows { try state.update(returns.row(t)) }
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
