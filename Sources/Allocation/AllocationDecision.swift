import Market

/// One symbol's way from the prior (or the budget) to the weight that is traded to.
///
/// All weights are signed fractions of equity. What is stuck goes through every stage as it is held.
public struct AllocationLine: Sendable, Equatable {
  public let symbol: Symbol
  /// The weight before the decision.
  public var held: Double
  /// The prior's weight; in `in_out`, the weight of the sizing method before any scaling.
  public var prior: Double
  /// The signed conviction (`in_out` only).
  public var conviction: Double?
  /// The share of the portfolio's risk that the symbol may take (`in_out` only); sums to 1.
  public var budget: Double?
  /// After the volatility target and the drawdown throttle.
  public var scaled: Double
  /// The factor of the regime: on the weight in `prior_tilt`, on the budget in `in_out`.
  public var regimeMultiplier: Double
  /// After the regime. In `prior_tilt` this is the portfolio that is held without skill.
  public var afterRegime: Double
  /// The factor of the forecasts' net alpha; 1 when unproven.
  public var tiltMultiplier: Double
  /// After the tilt.
  public var tilted: Double
  /// After every limit.
  public var limited: Double
  /// What is traded to: `limited`, or `held` where the no-trade band holds, or a part of the way
  /// between them where the turnover is limited.
  public var target: Double
  /// The share of the portfolio's variance at the targets; nil when nothing is held.
  public var riskContribution: Double?
  /// Why the weight changed, in the order of the stages.
  public var reasons: [AllocationReason]
  /// Whether an exit rule closes a part at this decision, which no band may keep.
  var isPartlyClosedNow = false
  /// Whether the decision before has left a part of its trade to this one.
  var isUnfinished: Bool
  /// Whether the price of a position is too old to trade on: it stays as it is, and the others make room.
  public let isStuck: Bool

  /// Whether an order is due.
  public var isTraded: Bool { target != held }

  /// Whether a part of the trade is left to the next decision, for turnover or for liquidity.
  public var isLeftUnfinished: Bool {
    target != limited
      && reasons.contains {
        switch $0 {
        case .turnover, .liquidity, .waiting: true
        default: false
        }
      }
  }

  init(_ asset: AssetInput) {
    symbol = asset.symbol
    held = asset.held
    isUnfinished = asset.isUnfinished
    isStuck = asset.held != 0 && asset.ineligible == .stalePrice
    prior = 0
    scaled = 0
    regimeMultiplier = 1
    afterRegime = 0
    tiltMultiplier = 1
    tilted = 0
    limited = 0
    target = 0
    reasons = []
  }
}

/// Why everything is in cash.
public enum AllCashReason: Sendable, Equatable {
  case noEligibleSymbol
  /// `in_out`: no rule holds a position open, or no open position has conviction.
  case noActivePosition
  /// A sizing by expected returns found none worth its risk.
  case noExpectedReturn
}

/// The weights of one decision, with what led to them.
public struct AllocationDecision: Sendable, Equatable {
  /// One line a symbol, in the order of the symbols.
  public var lines: [AllocationLine]
  /// The factor `e` from the sizing's weights (which sum to 1) to the exposure.
  public var exposure: Double
  /// The drawdown throttle `u`.
  public var throttle: Double
  /// The factor that brought the tilted weights within the gross limit; 1 when they were.
  public var grossScale: Double
  /// Yearly volatility of the sizing's weights before any scaling; nil when there are none.
  public var priorVolatility: Double?
  /// Yearly volatility expected of the targets, over the symbols that have a covariance.
  public var portfolioVolatility: Double
  /// The sum of the absolute targets.
  public var gross: Double
  /// The sum of the targets.
  public var net: Double
  /// What the targets leave: `1 − net`.
  public var cash: Double
  /// The limits that made a difference, in the order of the stages and symbols.
  public var limitsThatBound: [BoundLimit]
  /// The limits that could not be kept, each with its reason.
  public var unreached: [UnreachedLimit]
  /// Why everything is in cash; nil where anything is held, as what cannot be sold is.
  public var allCash: AllCashReason?
  /// What stuck positions take of the volatility target; nil where the others lose nothing by it.
  public var stuckRisk: StuckRisk?

  /// The targets by symbol, in the order of the symbols.
  public var weights: [(symbol: Symbol, weight: Double)] {
    lines.map { ($0.symbol, $0.target) }
  }
}
