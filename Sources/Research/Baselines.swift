import Allocation
public import Engine
public import Market
import SignalGraph
import Trading

/// A portfolio without models, run over the same dates at the same costs.
public enum Baseline: String, Sendable, CaseIterable {
  /// Equal amounts at the start, then nothing.
  case buyAndHold = "buy and hold"
  /// Equal weights, once a week.
  case equalWeight = "equal weight, weekly"
  /// Weights in proportion to one over volatility (half-life 20 days), once a week.
  case inverseVolatility = "inverse volatility, weekly"

  /// The decision maker of this baseline.
  /// - Parameter riskGrid: daily bars for the volatilities.
  public func decisionMaker(riskGrid: BarGrid) throws -> any DecisionMaker {
    switch self {
    case .buyAndHold: BuyAndHold()
    case .equalWeight: Rebalanced(inverseVolatilityOn: nil)
    case .inverseVolatility: Rebalanced(inverseVolatilityOn: try RiskHistory(grid: riskGrid))
    }
  }
}

/// Buys equal amounts of all symbols that have a price, once.
private actor BuyAndHold: DecisionMaker {
  private var hasBought = false

  func decide(_ moment: Moment) async -> Targets? {
    guard !hasBought, moment.book.marks.contains(where: { $0 != nil }) else { return nil }
    hasBought = true
    return equalTargets(moment)
  }
}

/// Brings the weights back to their targets at the first close of every week.
private actor Rebalanced: DecisionMaker {
  /// Nil is equal weights.
  private var risk: RiskHistory?
  private var lastWeek: Timestamp?

  init(inverseVolatilityOn risk: RiskHistory?) {
    self.risk = risk
  }

  func decide(_ moment: Moment) async throws -> Targets? {
    let week = Timeframe.w1.slot(containing: moment.now)
    guard week != lastWeek else { return nil }
    lastWeek = week
    guard let estimate = try risk?.estimate(at: moment.now, minimumObservations: 20) else {
      return equalTargets(moment)
    }
    var inverse = 0.0
    for volatility in estimate.volatilities { inverse += 1 / volatility }
    guard inverse > 0 else { return nil }
    let weights: [Double?] = moment.book.symbols.map { symbol in
      estimate.index(of: symbol).map { 1 / estimate.volatilities[$0] / inverse } ?? 0
    }
    return Targets(
      weights: weights,
      reasons: Array(repeating: "inverse volatility", count: weights.count))
  }
}

private func equalTargets(_ moment: Moment) -> Targets {
  let priced = moment.book.marks.count { $0 != nil }
  return Targets(
    weights: moment.book.marks.map { $0 == nil ? nil : 1 / Double(priced) },
    reasons: Array(repeating: "equal weight", count: moment.book.marks.count))
}
