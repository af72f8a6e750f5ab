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
  /// Weights by hierarchical risk parity (volatility 20 days, correlation 60), once a week.
  case hierarchicalRiskParity = "HRP, weekly"
  /// Weights with equal shares of the portfolio's variance (same half-lives), once a week.
  case equalRiskContribution = "ERC, weekly"
  /// Nothing is held; the account earns what cash earns.
  case cash

  /// The decision maker of this baseline.
  /// - Parameter riskGrid: daily bars for volatilities and correlations.
  public func decisionMaker(riskGrid: BarGrid) throws -> any DecisionMaker {
    switch self {
    case .buyAndHold: BuyAndHold()
    case .equalWeight: WeeklyEqual()
    case .inverseVolatility:
      WeeklyByRisk("inverse volatility", on: try RiskHistory(grid: riskGrid)) {
        inverseVolatilityWeights($0.volatilities)
      }
    case .hierarchicalRiskParity:
      WeeklyByRisk("hierarchical risk parity", on: try RiskHistory(grid: riskGrid)) {
        Allocation.hierarchicalRiskParity(covariance: $0.covariance)
      }
    case .equalRiskContribution:
      WeeklyByRisk("equal risk contribution", on: try RiskHistory(grid: riskGrid)) {
        try riskParity(covariance: $0.covariance)
      }
    case .cash: HoldCash()
    }
  }
}

/// Buys equal amounts of all symbols that have a price, once.
actor BuyAndHold: DecisionMaker {
  private var hasBought = false

  func decide(_ moment: Moment) async -> Targets? {
    guard !hasBought, moment.book.symbols.indices.contains(where: moment.isTraded) else {
      return nil
    }
    hasBought = true
    return equalTargets(moment)
  }
}

/// Leaves the account as it is.
private struct HoldCash: DecisionMaker {
  func decide(_ moment: Moment) async -> Targets? { nil }
}

/// Brings the weights back to equal ones at the first close of every week.
private actor WeeklyEqual: DecisionMaker {
  private var week = Week()

  func decide(_ moment: Moment) async -> Targets? {
    week.begins(at: moment.now) ? equalTargets(moment) : nil
  }
}

/// Brings the weights to what a sizing makes of the covariance, at the first close of every week.
private actor WeeklyByRisk: DecisionMaker {
  private let name: String
  private var risk: RiskHistory
  private let weights: @Sendable (CovarianceEstimate) throws -> [Double]
  private var week = Week()

  /// - Parameter weights: one a symbol of the estimate; the others are not held.
  init(
    _ name: String, on risk: RiskHistory,
    weights: @escaping @Sendable (CovarianceEstimate) throws -> [Double]
  ) {
    self.name = name
    self.risk = risk
    self.weights = weights
  }

  func decide(_ moment: Moment) async throws -> Targets? {
    guard week.begins(at: moment.now) else { return nil }
    let measured = try risk.estimate(at: moment.now, minimumObservations: 20)
    let symbols = moment.book.symbols
    var volatilities: [Symbol: Double] = [:]
    for symbol in symbols.indices where moment.isTraded(symbol) {
      volatilities[symbols[symbol]] = measured.index(of: symbols[symbol]).map {
        measured.volatilities[$0]
      }
    }
    let estimate = measured.measured(by: volatilities, excluding: [])
    guard !estimate.symbols.isEmpty else { return nil }
    let sized = try weights(estimate)
    return Targets(
      weights: symbols.map { symbol in estimate.index(of: symbol).map { sized[$0] } ?? 0 },
      reasons: Array(repeating: name, count: symbols.count))
  }
}

/// Tells the first close of every week.
private struct Week {
  private var last: Timestamp?

  mutating func begins(at now: Timestamp) -> Bool {
    let week = Timeframe.w1.slot(containing: now)
    defer { last = week }
    return week != last
  }
}

/// Equal weights of what is traded, and none of what was.
private func equalTargets(_ moment: Moment) -> Targets {
  let symbols = moment.book.symbols.indices
  let share = 1 / Double(symbols.count(where: moment.isTraded))
  return Targets(
    weights: symbols.map { symbol in
      moment.isTraded(symbol) ? share : moment.book.marks[symbol] == nil ? nil : 0
    },
    reasons: Array(repeating: "equal weight", count: symbols.count))
}

extension Moment {
  /// Whether a symbol had a bar within the last fortnight, which no holiday of a market outlasts. What has
  /// had none is traded no more: its share is not to lie idle.
  fileprivate func isTraded(_ symbol: Int) -> Bool {
    lastBars[symbol].map { now - $0 <= 2 * Timeframe.w1.milliseconds } ?? false
  }
}
