public import Market
public import SignalGraph
public import Trading

/// What became of each symbol at each decision of a run: one outcome each, counted.
///
/// The counts of a symbol add up to the number of decisions. Exit rules that fire between decisions
/// are not decisions and are not counted, unless all weights were decided anew because of them.
public struct DecisionCounts: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    /// What happened: `traded` where an order was made, or what kept the symbol from trading.
    public var name: String
    /// In the order of the symbols.
    public var counts: [Int]

    public init(name: String, counts: [Int]) {
      self.name = name
      self.counts = counts
    }

    public var total: Int { counts.reduce(0, +) }
  }

  public var symbols: [Symbol]
  public var decisions: Int
  /// Outcomes that occurred: `traded` first, the others by their totals.
  public var rows: [Row]

  public init(symbols: [Symbol], decisions: Int, rows: [Row]) {
    self.symbols = symbols
    self.decisions = decisions
    self.rows = rows
  }

  /// Counts the outcomes of a run.
  /// - Parameter orders: those of the run: a trade of less than the account's lot makes none.
  public init(_ decisions: [PortfolioDecision], symbols: [Symbol], orders: [Order]) {
    var counts: [DecisionOutcome: [Int]] = [:]
    var ordered: [Timestamp: Set<Symbol>] = [:]
    for order in orders { ordered[order.decidedAt, default: []].insert(order.symbol) }
    let due = decisions.filter { $0.allocation != nil }
    for decision in due {
      for (symbol, decided) in decision.outcomes.enumerated() {
        let isOrdered = ordered[decision.now]?.contains(symbols[symbol]) ?? false
        let outcome = decided == .traded && !isOrdered ? .tooSmall : decided
        counts[outcome, default: Array(repeating: 0, count: symbols.count)][symbol] += 1
      }
    }
    let own = counts.keys.filter { !DecisionOutcome.builtIn.contains($0) }
      .sorted { $0.rawValue < $1.rawValue }
    let found = (DecisionOutcome.builtIn + own).compactMap { outcome in
      counts[outcome].map { Row(name: outcome.rawValue, counts: $0) }
    }
    let traded = found.filter { $0.name == DecisionOutcome.traded.rawValue }
    let others = found.filter { $0.name != DecisionOutcome.traded.rawValue }.enumerated()
      .sorted { ($1.element.total, $0.offset) < ($0.element.total, $1.offset) }.map(\.element)
    self.init(symbols: symbols, decisions: due.count, rows: traded + others)
  }
}
