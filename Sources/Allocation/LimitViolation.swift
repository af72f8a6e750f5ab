public import Market

/// A limit that a set of weights breaks.
public enum LimitViolation: Sendable, Equatable {
  case perSymbol(Symbol, weight: Double, limit: Double)
  case sum(SumLimit, total: Double, limit: Double)
  case positions(Int, limit: Int)
  case turnover(total: Double, limit: Double)
  case volatility(Double, limit: Double)
  case diversification(DiversificationMeasure, value: Double, limit: Double)
  case liquidity(Symbol, trade: Double, limit: Double)
  /// A position that is traded to is no whole number of lots.
  case lot(Symbol, weight: Double, lot: Double)
  case minimumNotional(Symbol, trade: Double, limit: Double)
  /// Two positions that gain and lose together are both held.
  case pair(Symbol, Symbol, correlation: Double, limit: Double)
  case notFinite(Symbol)
}

/// A limit that the weights could not be brought to keep, with its reason.
public struct UnreachedLimit: Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// Exits, and what the other limits require, take this much turnover; nothing else was traded.
    case requiredTrades(turnover: Double)
    /// What is held of symbols that cannot be traded before their next bar breaks it, whatever the
    /// others are.
    case untradable([Symbol])
    /// Cut towards equal risk, positions come no nearer to the limit than `best`. These other limits
    /// stand against it, and none of them can be left out; none where the wanted positions alone do.
    case diversificationUnreachable(best: Double, with: [LimitName])
    /// Of these no more can be traded at this decision than their markets let.
    case illiquid([Symbol])
    /// Positions are whole numbers of lots, and trades worth an order.
    case rounding
  }

  public let violation: LimitViolation
  public let reason: Reason

  public init(violation: LimitViolation, reason: Reason) {
    self.violation = violation
    self.reason = reason
  }
}
