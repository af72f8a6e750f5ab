import Allocation
public import Engine
public import Market
import SignalGraph
import Trading

/// A portfolio without models, run over the same dates at the same costs, and without credit.
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

  /// Daily returns of a symbol before a baseline that sizes by risk holds it.
  public static let minimumObservations = 20

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

/// Buys equal amounts of all symbols that are traded, once; what lists later is never bought.
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
    let measured = try risk.estimate(
      at: moment.now, minimumObservations: Baseline.minimumObservations)
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
    return moment.sharing(name) { symbol in
      estimate.index(of: symbols[symbol]).map { sized[$0] } ?? 0
    }
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

/// Equal weights of what is traded.
private func equalTargets(_ moment: Moment) -> Targets {
  let share = 1 / Double(moment.book.symbols.indices.count(where: moment.isTraded))
  return moment.sharing("equal weight") { _ in share }
}

extension Moment {
  /// Gives the symbols that are traded their shares of what is not stuck in the others.
  ///
  /// What is traded no more cannot be sold. Its weight stays as it is, which withdraws an order that waits;
  /// if the others shared all of the equity beside it, they would find no cash for it, or need credit.
  /// - Parameter share: of a traded symbol; they add up to 1.
  fileprivate func sharing(_ reason: String, _ share: (Int) -> Double) -> Targets {
    let held = book.weights
    let stuck = held.indices.reduce(0.0) { isTraded($1) ? $0 : $0 + held[$1] }
    let free = max(0, 1 - stuck)
    return Targets(
      weights: held.indices.map { isTraded($0) ? free * share($0) : held[$0] },
      reasons: Array(repeating: reason, count: held.count))
  }

  /// Whether a symbol had a bar within the last fortnight, which no holiday of a market outlasts. What has
  /// had none is traded no more: its share is not to lie idle.
  fileprivate func isTraded(_ symbol: Int) -> Bool {
    lastBars[symbol].map { now - $0 <= 2 * Timeframe.w1.milliseconds } ?? false
  }
}
