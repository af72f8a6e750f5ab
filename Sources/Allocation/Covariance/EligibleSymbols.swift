import Market

/// Which symbols of an estimate can be measured, and why the others cannot.
struct EligibleSymbols {
  /// Of all symbols, in order.
  private(set) var indexes: [Int] = []
  private(set) var volatilities: [Double] = []
  private(set) var excluded: [CovarianceEstimate.Exclusion] = []

  /// A symbol whose volatility a bar is below this does not move.
  static let smallestVolatility = 1e-8

  /// A symbol that has not moved at all for so many returns in a row does not move. What a fading memory
  /// leaves of its volatility stays above the smallest one for years, and the less it is the more would be
  /// held of it.
  static let mostStillReturns = 20

  /// - Parameters:
  ///   - observations: returns seen of each symbol.
  ///   - still: how many of them, the last ones in a row, are 0.
  ///   - need: the least observations.
  ///   - volatility: of a symbol that has them, a bar.
  init(
    _ symbols: [Symbol], observations: [Int], still: StillReturns, need: Int,
    volatility: (Int) -> Double
  ) {
    for (i, symbol) in symbols.enumerated() {
      guard observations[i] >= need else {
        excluded.append(
          .init(symbol: symbol, reason: .insufficientHistory(have: observations[i], need: need)))
        continue
      }
      let value = volatility(i)
      guard value > EligibleSymbols.smallestVolatility, value.isFinite,
        still.counts[i] < EligibleSymbols.mostStillReturns
      else {
        excluded.append(.init(symbol: symbol, reason: .zeroVolatility))
        continue
      }
      indexes.append(i)
      volatilities.append(value)
    }
  }
}
