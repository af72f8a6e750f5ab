public import Market

extension CovarianceEstimate {
  /// The correlations of this estimate between volatilities that were measured on other bars, for the
  /// symbols that both have measured.
  ///
  /// - Parameters:
  ///   - volatilities: standard deviations by symbol, all over the same time.
  ///   - others: the symbols that could not be measured there; their reasons come first.
  public func measured(by volatilities: [Symbol: Double], excluding others: [Exclusion])
    -> CovarianceEstimate
  {
    let rows = symbols.indices.filter { volatilities[symbols[$0]] != nil }
    let named = Set(others.map(\.symbol))
    return CovarianceEstimate(
      symbols: rows.map { symbols[$0] },
      volatilities: rows.compactMap { volatilities[symbols[$0]] },
      correlation: correlation(of: rows), shrinkage: shrinkage,
      averageCorrelation: averageCorrelation, observations: rows.map { observations[$0] },
      excluded: (others + excluded.filter { !named.contains($0.symbol) })
        .sorted { $0.symbol < $1.symbol },
      isRepaired: isRepaired)
  }
}
