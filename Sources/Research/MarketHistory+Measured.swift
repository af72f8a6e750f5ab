import Allocation
public import Market

extension MarketHistory {
  /// The first time from `start` on at which a portfolio can hold what its baselines hold: midnight after
  /// the symbols have the returns that a weight is decided by. Nil where that is not before `end`.
  ///
  /// Those are `allocation.min_observations` for the portfolio, and `Baseline.minimumObservations` for the
  /// baselines that size by risk; equal weights need none. A run that began before would compare a
  /// portfolio in cash, whatever its models say, with baselines that are invested.
  ///
  /// All symbols have them where a symbol without history is an error; where it is left out, any has: the
  /// others join when they can, as in every run. Only bars up to that time decide about it.
  public func measured(for portfolio: Portfolio, from start: Timestamp, until end: Timestamp)
    -> Timestamp?
  {
    let risk = grid(portfolio.riskTimeframe)
    let isCommon = risk.commonCloses()
    let needed = portfolio.returnsBeforeWeights
    var measured: [Timestamp] = []
    for symbol in risk.symbols.indices {
      let closes = risk.times.indices.filter { isCommon[$0] && risk.bar(symbol, at: $0) != nil }
      // A return is from one close to the next.
      if closes.count > needed { measured.append(risk.knownAt(closes[needed])) }
    }
    let known: Timestamp?
    switch portfolio.onMissing {
    case .error: known = measured.count == risk.symbols.count ? measured.max() : nil
    case .exclude: known = measured.min()
    }
    guard let time = known else { return nil }
    let midnight = Timeframe.d1.slot(containing: time - 1) + Timestamp.millisecondsPerDay
    let begin = time <= start ? start : midnight
    return begin < end ? begin : nil
  }
}

extension Portfolio {
  /// Returns of a symbol, on the risk timeframe, before the portfolio and every baseline may hold it.
  public var returnsBeforeWeights: Int {
    max(Baseline.minimumObservations, allocation.minimumObservations)
  }
}
