public import Allocation
import Indicators
public import Market
import Models
public import SignalGraph
public import Signals
import Trading

/// Builds the actors of a portfolio from its settings, bars and models.
public struct PortfolioGraph: Sendable {
  private let portfolio: Portfolio
  private let history: MarketHistory

  public init(_ portfolio: Portfolio, history: MarketHistory) {
    self.portfolio = portfolio
    self.history = history
  }

  /// Nodes and combiners; each node runs the models of its schedule.
  public func signals(_ schedule: (NodeKey) -> ModelSchedule) -> SignalGraph {
    var nodes: [NodeState] = []
    var combiners: [(symbol: Symbol, combiner: Combiner)] = []
    for symbol in history.symbols {
      for timeframe in portfolio.timeframes.map(\.timeframe) {
        let key = NodeKey(symbol, timeframe)
        nodes.append(node(key, schedule(key)))
      }
      combiners.append((symbol, combiner(symbol)))
    }
    return SignalGraph(nodes: nodes, combiners: combiners)
  }

  /// A node that has not seen a bar.
  public func node(_ key: NodeKey, _ schedule: ModelSchedule) -> NodeState {
    NodeState(
      key, calendar: history.series(key).calendar,
      features: portfolio.features.spec(for: key.timeframe),
      observations: portfolio.regime.observations, extras: history.extras(key),
      enter: portfolio.regime.enter, schedule: schedule,
      atrPeriod: portfolio.exit(for: key.symbol).atrPeriod,
      readings: key.timeframe == portfolio.primary ? readings(key.symbol) : [],
      every: portfolio.inferenceEvery)
  }

  /// What a symbol's rules read of its primary bars.
  private func readings(_ symbol: Symbol) -> [Reading] {
    (portfolio.entry(for: symbol).readings + portfolio.exit(for: symbol).readings)
      .withoutRepetition
  }

  /// The allocator, reading daily bars (or slower ones) as they close.
  /// - Parameter signals: what the regimes are read from; of each symbol, at the same moments in order
  ///   of time. Only those known at a decision are read.
  public func allocator(_ signals: [[SymbolSignal]]) throws -> PortfolioAllocator {
    PortfolioAllocator(try allocatorState(signals))
  }

  /// The allocator without its actor.
  /// - Parameter estimates: covariances that it has decided by before, by decision.
  public func allocatorState(
    _ signals: [[SymbolSignal]], estimates: [Timestamp: CovarianceEstimate] = [:]
  ) throws -> AllocatorState {
    let risk = portfolio.riskTimeframe
    let rules = AllocatorRules(
      allocator: try Allocator(settings: portfolio.allocation, limits: portfolio.limits),
      exit: history.symbols.map { portfolio.exit(for: $0) },
      decisionEvery: portfolio.decisionEvery, riskTimeframe: risk,
      riskPeriodsPerYear: history.calendar.barsPerYear(risk),
      staleAfter: portfolio.staleAfter,
      sizing: history.symbols.map { portfolio.sizing(for: $0) }, primary: portfolio.primary,
      calendars: history.calendars)
    return try AllocatorState(
      rules: rules, riskGrid: history.grid(risk), regimes: regimes(signals),
      estimates: estimates)
  }

  /// Volatilities and correlations as the allocator's decisions know them.
  /// - Parameters:
  ///   - signals: as of `allocator`.
  ///   - shrinks: else they are as they were measured, where the decisions' are shrunk.
  public func riskHistory(_ signals: [[SymbolSignal]], shrinks: Bool = true) throws -> RiskHistory {
    try RiskHistory(
      grid: history.grid(portfolio.riskTimeframe), settings: portfolio.allocation,
      regimes: regimes(signals), shrinks: shrinks)
  }

  /// Nil where the covariance needs none.
  private func regimes(_ signals: [[SymbolSignal]]) -> MarketRegimePath? {
    guard portfolio.allocation.covariance == .mixture else { return nil }
    return MarketRegimePath(
      signals,
      weights: portfolio.regime.sizingWeights(over: portfolio.timeframes.map(\.timeframe)),
      states: portfolio.regime.size.count)
  }

  private func combiner(_ symbol: Symbol) -> Combiner {
    let calendar = history.series(NodeKey(symbol, portfolio.primary)).calendar
    return Combiner(
      timeframes: portfolio.timeframes.map { ($0.timeframe, $0.weight) },
      primary: portfolio.primary,
      regimeWeights: portfolio.regime.sizingWeights(over: portfolio.timeframes.map(\.timeframe)),
      regimeSize: portfolio.regime.size, decisionEvery: portfolio.decisionEvery,
      cost: portfolio.tiltCost ?? portfolio.costs.oneWay, combine: portfolio.combine,
      entry: portfolio.entry(for: symbol), reversal: portfolio.exit(for: symbol).reversal,
      calendar: calendar)
  }
}
