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

  /// A symbol whose volatility a bar is below this does not move.
  static let smallestVolatility = 1e-8

  /// A symbol whose volatility is a smaller part of the median one is a peg, or a number that somebody
  /// writes down every day. A fund of short bills moves by a hundredth of what shares do and by a four
  /// hundredth of what coins do: that is cash to hold for whoever names it, even all of it.
  static let smallestPart = 1e-3

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
    excludeAlmostStill(symbols)
  }

  /// Of two symbols the median is the more volatile one.
  private mutating func excludeAlmostStill(_ symbols: [Symbol]) {
    guard let least = volatilities.min(), let most = volatilities.max(),
      least < EligibleSymbols.smallestPart * most
    else { return }
    let bound = EligibleSymbols.smallestPart * volatilities.sorted()[volatilities.count / 2]
    let kept = indexes.indices.filter { volatilities[$0] >= bound }
    for place in indexes.indices where volatilities[place] < bound {
      excluded.append(.init(symbol: symbols[indexes[place]], reason: .almostStill))
    }
    excluded.sort { $0.symbol < $1.symbol }
    indexes = kept.map { indexes[$0] }
    volatilities = kept.map { volatilities[$0] }
  }
}
