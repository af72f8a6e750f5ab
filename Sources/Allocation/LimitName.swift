/// A limit by the key that sets it, below `limits`.
public enum LimitName: String, Sendable, CaseIterable {
  case gross, leverage, net
  case perSymbol = "per_symbol"
  case positions, groups, labels
  case cluster = "cluster.max"
  case pair
  case effectiveBets = "effective_bets"
  case averageCorrelation = "average_correlation"
  case volatility, liquidity, turnover, lot
  case minimumNotional = "min_notional"
}
