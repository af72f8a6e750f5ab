import Kernels
public import Market

/// The covariance of the next bar from those of several regimes, weighted by how likely each is.
///
/// Each bar counts for a regime by the probability that it belonged to it; a regime's covariance is
/// shrunk by `WeightedLedoitWolf` with these weights, and `regimeMixture` puts them together. A bar on
/// which a symbol has no return is left out for all: the moments of a regime are of whole bars.
public struct RegimeMixtureCovariance: Sendable {
  public let regimes: Int
  /// Bars that count; nil is all.
  public let window: Int?
  /// Whether the regimes' covariances are shrunk.
  public let shrinks: Bool
  /// Whether markets that close at different times are allowed for (`LagOneCorrection`).
  public let correctsLag: Bool
  private let order: SymbolOrder
  private var rows = 0
  private var bars: [(returns: [Double], probabilities: [Double])] = []

  /// - Parameter symbols: the order of the returns passed to `update`; any order.
  /// - Throws: `AllocationError.duplicateSymbol`.
  public init(
    symbols: [Symbol], regimes: Int, window: Int? = nil, shrinks: Bool = true,
    correctsLag: Bool = false
  ) throws(AllocationError) {
    precondition(regimes >= 1 && (window ?? 2) >= 2)
    order = try SymbolOrder(symbols)
    self.regimes = regimes
    self.window = window
    self.shrinks = shrinks
    self.correctsLag = correctsLag
  }

  /// Takes in the returns of one bar, NaN being a missing one, and what is known at its close of the
  /// regime it belonged to: filtered probabilities, never smoothed ones.
  ///
  /// - Throws: `AllocationError.infiniteReturn`, and `invalidContext` for probabilities that are none;
  ///   the state is then unchanged.
  public mutating func update(_ returns: [Double], probabilities: [Double])
    throws(AllocationError)
  {
    precondition(probabilities.count == regimes, "one probability a regime")
    for p in probabilities where !(p >= 0 && p <= 1) {
      throw .invalidContext(field: "regime probability", value: p, rule: "in 0...1")
    }
    let bar = (try order.sorted(returns, row: rows), probabilities)
    if let window, rows >= window {
      bars[rows % window] = bar
    } else {
      bars.append(bar)
    }
    rows += 1
  }

  /// The estimate for a bar whose regimes have these probabilities.
  ///
  /// A symbol is excluded as by the other estimators. A regime that no bar belonged to has the moments
  /// of all bars.
  /// - Throws: `AllocationError.singularCovariance`.
  public func estimate(next probabilities: [Double], minimumObservations: Int = 60)
    throws(AllocationError) -> CovarianceEstimate
  {
    precondition(probabilities.count == regimes, "one probability a regime")
    let kept = inTime()
    let need = max(2, minimumObservations)
    let elements = kept.flatMap(\.returns)
    let returns = ColumnVariances(elements, columns: order.count)
    let eligible = EligibleSymbols(
      order.symbols, observations: returns.counts,
      still: StillReturns(elements, columns: order.count), need: need
    ) { returns.variances[$0].squareRoot() }
    let columns = eligible.indexes
    let whole = kept.filter { bar in columns.allSatisfy { !bar.returns[$0].isNaN } }
    guard !columns.isEmpty, whole.count >= need else {
      return CovarianceEstimate(
        symbols: [], volatilities: [], correlation: Matrix(square: 0, []), observations: [],
        excluded: order.symbols.enumerated().map { i, symbol in
          eligible.excluded.first { $0.symbol == symbol }
            ?? .init(
              symbol: symbol,
              reason: .insufficientHistory(have: whole.count, need: need))
        })
    }
    let moments = moments(whole, columns)
    let mixture = regimeMixture(
      probabilities: probabilities, means: moments.map(\.mean),
      covariances: moments.map { shrinks ? $0.covariance : $0.sample })
    var intensity = 0.0
    for (p, own) in zip(probabilities, moments) { intensity += p * own.shrinkage }
    let estimate = try MeasuredCovariance(
      symbols: order.symbols, eligible: eligible, covariance: mixture.covariance.elements,
      observations: returns.counts, common: nil, need: need, shrinkage: shrinks ? intensity : 0
    ).estimate(name: CovarianceMethod.mixture.rawValue)
    guard correctsLag else { return estimate }
    let window = WindowMoments(
      kept.flatMap { bar in columns.map { bar.returns[$0] } }, columns: columns.count)
    return LagOneCorrection(window).applied(to: estimate)
  }

  /// Of each regime, over some columns of bars without a hole.
  private func moments(
    _ bars: [(returns: [Double], probabilities: [Double])], _ columns: [Int]
  ) -> [WeightedLedoitWolf] {
    let returns = Matrix(rows: bars.map { bar in columns.map { bar.returns[$0] } })
    return (0..<regimes).map { k in
      let weights = bars.map { $0.probabilities[k] }
      let isSeen = weights.contains { $0 > 0 }
      return WeightedLedoitWolf(
        returns: returns, weights: isSeen ? weights : weights.map { _ in 1 })
    }
  }

  /// The bars of the window, oldest first.
  private func inTime() -> [(returns: [Double], probabilities: [Double])] {
    guard let window, rows > window else { return bars }
    return Array(bars[(rows % window)...] + bars[..<(rows % window)])
  }
}
