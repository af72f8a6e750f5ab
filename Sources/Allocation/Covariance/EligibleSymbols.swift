import Market

/// Which symbols of an estimate can be measured, and why the others cannot.
///
/// Every sizing by risk holds the more of a symbol the less it moves: one that does not is no safe asset
/// but a price that nobody makes, and would be held with all there is.
struct EligibleSymbols {
  /// Of all symbols, in order.
  private(set) var indexes: [Int] = []
  private(set) var volatilities: [Double] = []
  private(set) var excluded: [CovarianceEstimate.Exclusion] = []

  /// A symbol whose volatility a bar is not above this is a peg, or a number that somebody writes down
  /// every day: a tick of a ten-thousandth in a hundred days is no market. A fund of short bills moves by
  /// ten times as much: that is cash to hold for whoever names it, even all of it.
  ///
  /// The bound asks no other symbol, since the spike of one would make the calm ones next to it still, and
  /// leave everything to the wild one.
  static let smallestVolatility = 1e-5

  /// - Parameters:
  ///   - observations: returns seen of each symbol.
  ///   - still: which of its last ones are 0. What a fading memory leaves of the volatility of a symbol that
  ///     has ended stays above the smallest one for years.
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
      guard value > EligibleSymbols.smallestVolatility, value.isFinite, !still.isStill(i) else {
        excluded.append(.init(symbol: symbol, reason: .zeroVolatility))
        continue
      }
      indexes.append(i)
      volatilities.append(value)
    }
  }
}
