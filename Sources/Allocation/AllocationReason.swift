public import Market

/// Why a weight became what it is. Every change between two stages of a line has one.
public enum AllocationReason: Sendable, Equatable {
  /// The symbol may not be held; its weight is 0.
  case ineligible(IneligibilityReason)
  /// No entry rule has opened a position (`in_out`).
  case notEntered
  /// The rules allow a position but the conviction is 0 (`in_out`).
  case noConviction
  /// An exit rule closed the position (`in_out`).
  case exit(rule: String)
  /// Exit rules closed a part of the position, the last of them this one: the weight was scaled.
  case partlyClosed(rule: String, kept: Double)
  /// A protective stop sent the symbol to cash.
  case stopped(rule: String)
  /// All weights were scaled towards the volatility target, the gross limit being the ceiling.
  case volatilityTarget(scale: Double)
  /// All weights were scaled down because of a drawdown.
  case drawdownThrottle(scale: Double)
  /// The weight was scaled by the regime's size (`prior_tilt`), or the budget was (`in_out`).
  case regimeSize(multiplier: Double)
  /// The weight was scaled because the price is below moving averages of it.
  case trend(multiplier: Double)
  /// The weight was scaled by the net alpha of the forecasts.
  case tilt(multiplier: Double)
  /// All weights were scaled down to the gross limit.
  case gross(scale: Double)
  /// The weight was cut to its symbol's limit; the excess went to cash.
  case capPerSymbol(limit: Double)
  /// The position gains and loses with a larger one: it was scaled, or is not held.
  case correlated(with: Symbol, correlation: Double, scale: Double)
  /// More symbols were wanted than may be held, and this is not among the largest.
  case positions(limit: Int)
  /// A limit on a sum takes this part of the weight.
  case sum(SumLimit, price: Double)
  /// The position was cut so that the risk of all is more spread.
  case diversification(scale: Double)
  /// All weights were scaled to the volatility that may be expected of them.
  case volatility(scale: Double)
  /// The market trades little: this part of the trade is done now, the rest later.
  case liquidity(done: Double)
  /// Other limits leave no room for it before these are sold.
  case waiting(for: [Symbol])
  /// The weight was rounded to whole lots.
  case lot(Double)
  /// The trade was too small to be made, or was made larger because another limit requires it.
  case minimumNotional(least: Double)
  /// The target is too near the held weight: nothing is traded.
  case insideBand(change: Double, width: Double)
  /// The target is inside the band, and is traded to all the same because holding breaks a limit.
  case limitBreached(held: Double)
  /// The target is inside the band, and is traded to all the same: the decision before has left a part of
  /// the trade.
  case finishing(change: Double)
  /// The target is outside the band: it is traded to.
  case outsideBand(change: Double, width: Double)
  /// A position is opened.
  case entry
  /// The turnover is limited: this part of the trade is done now, the rest later.
  case turnover(done: Double)
}
