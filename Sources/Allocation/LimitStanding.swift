public import Market

/// How a decision stands to one limit: what it came to, what is left of it and what it costs.
public struct LimitStanding: Sendable, Equatable {
  /// What the numbers count.
  public enum Unit: Sendable, Equatable {
    /// A fraction of equity, or a volatility a year.
    case fraction
    /// A number by itself: positions, bets, a correlation.
    case number
  }

  public let limit: LimitName
  /// The symbol, group, label or cluster that is limited; empty for a limit of the whole portfolio.
  public let of: String
  public let unit: Unit
  /// What the targets come to; nil where it is not defined, as a correlation without a pair.
  public let value: Double?
  public let bound: Double
  /// Whether the value must be at least the bound.
  public let isMinimum: Bool
  /// The part of each weight, or trade, that the limit takes; 0 where it does not bind, nil where it
  /// has no price.
  public let price: Double?
  public let isUnreached: Bool

  /// What is left of the limit: at least 0 where it holds.
  public var slack: Double? { value.map { isMinimum ? $0 - bound : bound - $0 } }

  /// Whether the limit made a difference.
  public let hasBound: Bool
}

extension LimitSettings {
  /// Every limit that is set, with how a decision stands to it, in the order of `LimitName`.
  ///
  /// - Parameters:
  ///   - covariance: by which it was decided.
  ///   - units: what could be traded.
  public func standings(
    of decision: AllocationDecision, _ covariance: CovarianceEstimate,
    units: [Symbol: TradeUnits]
  ) -> [LimitStanding] {
    var list = StandingList(decision)
    addSums(to: &list, covariance)
    for line in decision.lines where line.target != 0 || line.tilted != 0 {
      guard let cap = cap(on: line.symbol) else { continue }
      list.add(.perSymbol, abs(line.target), cap, of: line.symbol.name)
    }
    addWholePortfolio(to: &list, covariance)
    if trading.liquidity != nil {
      for line in decision.lines where line.isTraded || line.limited != line.held {
        guard let own = units[line.symbol] else { continue }
        list.add(.liquidity, abs(line.target - line.held), own.most, of: line.symbol.name)
      }
    }
    return list.inOrder
  }

  private func addSums(to list: inout StandingList, _ covariance: CovarianceEstimate) {
    let lines = list.decision.lines
    for row in sumLimits(on: lines.map(\.symbol), covariance) {
      let value = row.total { lines[$0].target }
      switch row.limit {
      case .gross: list.add(.gross, value, row.bound)
      // One row a side; the sizes are the same.
      case .net: if list.last?.limit != .net { list.add(.net, abs(value), row.bound) }
      case .leverage(let isShort):
        list.add(.leverage, value, row.bound, of: isShort ? "short" : "long")
      case .group(let name):
        let isLabel = !groups.contains { $0.name == name }
        list.add(isLabel ? .labels : .groups, value, row.bound, of: name)
      case .cluster(let members):
        list.add(.cluster, value, row.bound, of: members.map(\.name).joined(separator: "+"))
      }
    }
  }

  private func addWholePortfolio(to list: inout StandingList, _ covariance: CovarianceEstimate) {
    let held = list.decision.lines.filter { $0.target != 0 }
    if let positions { list.add(.positions, Double(held.count), Double(positions), .number) }
    let spread = covariance.spread(of: held.map { ($0.symbol, $0.target) })
    if let least = diversification.effectiveBets {
      list.add(.effectiveBets, spread.effectiveBets, least, .number, isMinimum: true)
    }
    if let most = diversification.averageCorrelation {
      list.add(.averageCorrelation, spread.averageCorrelation, most, .number)
    }
    if let volatility { list.add(.volatility, list.decision.portfolioVolatility, volatility) }
    if let turnover {
      let traded = list.decision.lines.reduce(0) { $0 + abs($1.target - $1.held) }
      list.add(.turnover, traded, turnover)
    }
  }
}

/// The standings of one decision as they are found.
private struct StandingList {
  let decision: AllocationDecision
  private var made: [LimitStanding] = []

  init(_ decision: AllocationDecision) { self.decision = decision }

  var last: LimitStanding? { made.last }

  mutating func add(
    _ limit: LimitName, _ value: Double?, _ bound: Double, of name: String = "",
    _ unit: LimitStanding.Unit = .fraction, isMinimum: Bool = false
  ) {
    let facts = decision.limitsThatBound.compactMap { $0.standing(as: limit, of: name) }
    made.append(
      LimitStanding(
        limit: limit, of: name, unit: unit, value: value, bound: bound, isMinimum: isMinimum,
        price: facts.first ?? (limit.hasNoPrice ? nil : 0),
        isUnreached: decision.unreached.contains { $0.violation.concerns(limit, name) },
        hasBound: !facts.isEmpty))
  }

  /// By `LimitName`, otherwise as they were found.
  var inOrder: [LimitStanding] {
    let order = LimitName.allCases
    return made.enumerated().sorted { a, b in
      let (first, second) = (
        order.firstIndex(of: a.element.limit)!, order.firstIndex(of: b.element.limit)!
      )
      return first == second ? a.offset < b.offset : first < second
    }.map(\.element)
  }
}

extension LimitName {
  /// Whether the limit is no share of weights or trades.
  fileprivate var hasNoPrice: Bool {
    switch self {
    case .positions, .pair, .effectiveBets, .averageCorrelation: true
    default: false
    }
  }
}

extension BoundLimit {
  /// The price of the limit if it is this one, nil within where it has none; nil if it is another.
  fileprivate func standing(as limit: LimitName, of name: String) -> Double?? {
    switch (self, limit) {
    case (.exposure(let wanted, let bound), .gross): .some(1 - bound / wanted)
    case (.gross(_, _, let scale), .gross), (.volatility(_, _, let scale), .volatility):
      .some(1 - scale)
    case (.perSymbol(let symbol, let wanted, let bound), .perSymbol) where symbol.name == name:
      .some(1 - bound / abs(wanted))
    case (.sum(.net, _, _, let price), .net): .some(price)
    case (.sum(.leverage(let isShort), _, _, let price), .leverage)
    where isShort == (name == "short"): .some(price)
    case (.sum(.group(let own), _, _, let price), .groups) where own == name: .some(price)
    case (.sum(.group(let own), _, _, let price), .labels) where own == name: .some(price)
    case (.sum(.cluster(let own), _, _, let price), .cluster)
    where own.map(\.name).joined(separator: "+") == name: .some(price)
    case (.positions, .positions): .some(nil)
    case (.diversification(.effectiveBets, _, _, _), .effectiveBets): .some(nil)
    case (.diversification(.averageCorrelation, _, _, _), .averageCorrelation): .some(nil)
    case (.turnover(_, _, let price), .turnover): .some(price)
    case (.liquidity(let symbol, let wanted, let bound), .liquidity) where symbol.name == name:
      .some(1 - bound / wanted)
    default: nil
    }
  }
}

extension LimitViolation {
  /// Whether it is of this limit.
  fileprivate func concerns(_ limit: LimitName, _ name: String) -> Bool {
    switch (self, limit) {
    case (.perSymbol(let symbol, _, _), .perSymbol), (.liquidity(let symbol, _, _), .liquidity):
      symbol.name == name
    case (.sum(.gross, _, _), .gross), (.sum(.net, _, _), .net), (.positions, .positions),
      (.turnover, .turnover), (.volatility, .volatility),
      (.diversification(.effectiveBets, _, _), .effectiveBets),
      (.diversification(.averageCorrelation, _, _), .averageCorrelation):
      true
    case (.sum(.leverage(let isShort), _, _), .leverage): isShort == (name == "short")
    case (.sum(.group(let own), _, _), .groups), (.sum(.group(let own), _, _), .labels):
      own == name
    case (.sum(.cluster(let own), _, _), .cluster):
      own.map(\.name).joined(separator: "+") == name
    default: false
    }
  }
}
