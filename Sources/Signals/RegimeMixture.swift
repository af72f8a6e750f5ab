/// How the regimes of a symbol's timeframes stand together.
///
/// A regime is bullish in its last state and bearish in its first; states are ordered so under
/// `regime.order: mean`. A timeframe counts by its weight.
public enum RegimeMixture: Int, Sendable, CaseIterable, Codable {
  /// Every timeframe is bearish.
  case allBearish
  /// Neither side outweighs the other, or the bearish one does.
  case mixedNeutral
  /// The bullish timeframes outweigh the bearish ones.
  case mixedBullish
  /// Every timeframe is bullish.
  case allBullish

  /// - Parameters:
  ///   - signals: one a timeframe; nil where it is silent.
  ///   - weights: of the timeframes.
  /// - Returns: nil where a timeframe that has a weight is silent, or none has one.
  static func of(_ signals: [KeptSignal?], _ weights: [Double]) -> RegimeMixture? {
    var (bull, bear, total) = (0.0, 0.0, 0.0)
    var (isAllBull, isAllBear) = (true, true)
    for (kept, weight) in zip(signals, weights) where weight > 0 {
      guard let signal = kept?.signal else { return nil }
      let isBull = signal.label == signal.posterior.count - 1 && signal.posterior.count > 1
      let isBear = signal.label == 0 && signal.posterior.count > 1
      total += weight
      if isBull { bull += weight } else { isAllBull = false }
      if isBear { bear += weight } else { isAllBear = false }
    }
    guard total > 0 else { return nil }
    if isAllBull { return .allBullish }
    if isAllBear { return .allBearish }
    // Weights that sum alike in another order must count alike.
    return bull - bear > 1e-12 * total ? .mixedBullish : .mixedNeutral
  }
}
