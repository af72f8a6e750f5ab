extension LimitSettings {
  /// The limits without one of those that decide which positions there are, or how spread risk must
  /// be; nil where it is not set.
  func without(_ name: LimitName) -> LimitSettings? {
    var copy = self
    switch name {
    case .leverage: copy.leverage = nil
    case .net: copy.net = nil
    case .perSymbol: (copy.perSymbol, copy.perSymbolOverrides) = (nil, [:])
    case .positions: copy.positions = nil
    case .groups: copy.groups = []
    case .labels: copy.labels = []
    case .cluster: copy.cluster.max = nil
    case .pair: copy.pair = PairLimit()
    case .effectiveBets: copy.diversification.effectiveBets = nil
    case .averageCorrelation: copy.diversification.averageCorrelation = nil
    // These scale all positions, or come after.
    case .gross, .volatility, .liquidity, .turnover, .lot, .minimumNotional: break
    }
    return copy == self ? nil : copy
  }
}
