public import Market

/// How the regimes of several symbols go together: whether they come at the same time, how returns
/// correlate meanwhile, and which regime the market is in as a whole.
///
/// A description of history, not a forecast: labels are those known at each close, returns those of the
/// bar after it.
public struct CrossRegimes: Sendable, Equatable {
  /// The correlation of two symbols' returns on some bars.
  public struct Conditional: Sendable, Equatable {
    /// Bars on which both have a return.
    public var bars: Int
    /// Nil for fewer than `CrossRegimes.least` bars, and where one of them does not move.
    public var correlation: Double?
  }

  /// Two symbols.
  public struct Pair: Sendable, Equatable {
    /// Places in `symbols`, the lower first.
    public var first: Int
    public var second: Int
    /// Bars on which both have a regime.
    public var bars: Int
    /// The share of them on which it is the same one; nil without a bar.
    public var together: Double?
    /// What that share would be of two independent symbols that are as often in each regime.
    public var expected: Double?
    /// Returns of the bar after one on which both are in the same regime: one a regime.
    public var same: [Conditional]
    /// After a bar on which their regimes differ.
    public var apart: Conditional
  }

  /// One regime over all symbols and pairs.
  public struct State: Sendable, Equatable {
    public var name: String
    /// The weighted share of the symbols that are in it now; nil where none has a regime.
    public var now: Double?
    /// The mean of that share over the bars on which any symbol has a regime; nil without one.
    public var history: Double?
    /// The share of the pairs' bars on which both are in it; nil without a pair's bar.
    public var both: Double?
    /// What that would be of independent symbols.
    public var expected: Double?
    public var correlation: Mean
  }

  /// The mean of a correlation over pairs.
  public struct Mean: Sendable, Equatable {
    /// Nil where no pair has enough bars.
    public var value: Double?
    /// Pairs with enough bars, of all pairs.
    public var measured: Int
    public var pairs: Int
    /// Bars of the pair that has fewest and of the one that has most.
    public var fewest: Int
    public var most: Int
  }

  /// Fewer bars than this say nothing about a correlation: its standard error would be above .18.
  public static let least = 30

  public let symbols: [Symbol]
  /// Bars at whose close any symbol has a regime.
  public let bars: Int
  /// In the order of the regimes.
  public let states: [State]
  /// Pairs in different regimes.
  public let apart: Mean
  /// Every two symbols.
  public let pairs: [Pair]
  /// Whether the symbols vote by their weights; else each has one vote.
  public let isWeighted: Bool
  /// Whether the models that label had seen bars that they label.
  public var isInSample = false

  /// - Parameters:
  ///   - names: of the regimes.
  ///   - labels: of each symbol at each bar, the last bar being now; nil without a regime.
  ///   - returns: of each symbol over the bar after; nil where there is none.
  ///   - weights: of the symbols' votes, at least 0; where all are 0 each has one vote.
  /// - Precondition: a row a bar, a column a symbol; a label is below the number of names.
  public init(
    symbols: [Symbol], names: [String], labels: [[Int?]], returns: [[Double?]],
    weights: [Double]
  ) {
    precondition(labels.count == returns.count && weights.count == symbols.count)
    self.symbols = symbols
    isWeighted = weights.contains { $0 != 0 }
    let ballot = RegimeBallot(
      weights: isWeighted ? weights : weights.map { _ in 1 }, states: names.count)
    let votes = labels.compactMap { ballot.shares($0) }
    bars = votes.count
    let now = labels.last.flatMap { ballot.shares($0) }
    let pairs = CrossRegimes.pairs(symbols.count, names.count, labels, returns)
    self.pairs = pairs
    apart = Mean(pairs.map(\.apart))
    let pairBars = pairs.reduce(0) { $0 + $1.bars }
    let together = CrossRegimes.together(symbols.count, names.count, labels)
    states = names.indices.map { state in
      State(
        name: names[state], now: now?[state],
        history: votes.isEmpty
          ? nil : votes.reduce(0) { $0 + $1[state] } / Double(votes.count),
        both: pairBars == 0 ? nil : together[state].both / Double(pairBars),
        expected: pairBars == 0 ? nil : together[state].expected / Double(pairBars),
        correlation: Mean(pairs.map { $0.same[state] }))
    }
  }
}

extension CrossRegimes.Mean {
  init(_ parts: [CrossRegimes.Conditional]) {
    let known = parts.compactMap(\.correlation)
    value = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    measured = known.count
    pairs = parts.count
    fewest = parts.map(\.bars).min() ?? 0
    most = parts.map(\.bars).max() ?? 0
  }
}

/// Counts which regimes symbols are in.
private struct RegimeBallot {
  let weights: [Double]
  let states: Int

  /// The weighted share of the symbols in each regime, of those that have one; nil where none has, or
  /// those that have one weigh nothing.
  func shares(_ labels: [Int?]) -> [Double]? {
    var shares = Array(repeating: 0.0, count: states)
    var total = 0.0
    for (label, weight) in zip(labels, weights) {
      guard let label else { continue }
      shares[label] += weight
      total += weight
    }
    return total > 0 ? shares.map { $0 / total } : nil
  }
}
