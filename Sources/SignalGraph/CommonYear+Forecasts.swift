public import Market
public import Signals

extension CommonYear {
  /// What the variance models expect of the next bar, in steps of the common year; a symbol of which they
  /// say nothing has none.
  /// - Parameters:
  ///   - signals: one a symbol, in the order of `symbols`, which is that of the calendars.
  ///   - timeframe: that of the year.
  public func forecastVolatilities(
    _ signals: [SymbolSignal], of symbols: [Symbol], _ timeframe: Timeframe
  ) -> [Symbol: Double] {
    var volatilities: [Symbol: Double] = [:]
    for (index, symbol) in symbols.enumerated() {
      guard let deviation = signals[index].deviation(of: timeframe) else { continue }
      volatilities[symbol] = volatility(deviation, of: index)
    }
    return volatilities
  }
}
