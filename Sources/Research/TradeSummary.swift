public import Market
public import Statistics

/// What closed trades earned, of all symbols or of one.
public struct TradeSummary: Sendable, Equatable {
  /// Nil: all symbols.
  public var symbol: Symbol?
  public var count: Int
  /// Of the profits after commission, in currency.
  public var profits: GainsAndLosses
  /// 95 % interval of the win rate; nil without a gain or a loss.
  public var winRate: WilsonInterval?
  /// Mean profit over value at entry; nil without a trade.
  public var meanReturn: Double?
  /// In days; nil without a trade.
  public var medianHoldingDays: Double?
  public var longestHoldingDays: Double?

  public init(_ trades: [ClosedTrade], symbol: Symbol? = nil) throws(StatisticsError) {
    self.symbol = symbol
    count = trades.count
    profits = try GainsAndLosses(trades.map(\.profit))
    winRate =
      profits.active > 0
      ? WilsonInterval(successes: profits.gains, trials: profits.active) : nil
    let returns = trades.map(\.returnOnEntry)
    meanReturn = returns.isEmpty ? nil : Moments(returns).mean
    let days = trades.map { Double($0.holdingTime) / Double(Timestamp.millisecondsPerDay) }.sorted()
    medianHoldingDays = days.isEmpty ? nil : quantile(sorted: days, 0.5)
    longestHoldingDays = days.last
  }

  /// All symbols together, then those that have a trade, in their order.
  public static func rows(_ trades: [ClosedTrade], symbols: [Symbol]) throws(StatisticsError)
    -> [TradeSummary]
  {
    var rows = [try TradeSummary(trades)]
    for symbol in symbols {
      let own = trades.filter { $0.symbol == symbol }
      if !own.isEmpty { rows.append(try TradeSummary(own, symbol: symbol)) }
    }
    return rows
  }
}
