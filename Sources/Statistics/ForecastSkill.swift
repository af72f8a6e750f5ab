/// What a series of forecasts is worth, from its outcomes: error against naive forecasts, direction,
/// correlation. A figure that is not defined is nil.
public struct ForecastSkill: Sendable, Equatable {
  public let pairs: Int
  /// Pairs in which forecast and outcome are not 0, and among them those of the same sign.
  public let directed: Int
  public let hits: Int
  /// 95 % Wilson interval of the hit rate.
  public let hitRate: WilsonInterval?
  /// Whether there are more hits than a coin would have, were the pairs independent; nil without one.
  public var hitTest: BinomialTest? {
    directed > 0 ? BinomialTest(successes: hits, trials: directed) : nil
  }
  /// Whether there are more than always naming the more frequent direction would have; nil where outcomes or
  /// forecasts all have one.
  public var hitTestAgainstMajority: BinomialTest? {
    guard let majority = direction?.majorityRate, majority < 1 else { return nil }
    return BinomialTest(successes: hits, trials: directed, probability: majority)
  }
  public let direction: PesaranTimmermann?
  /// Pearson's correlation, and Spearman's.
  public let informationCoefficient: Double?
  public let rankInformationCoefficient: Double?
  /// `1 − Σ(y − f)² / Σy²`: 0 for the zero forecast.
  public let r2AgainstZero: Double?
  public let againstZero: DieboldMariano?
  public let againstMean: DieboldMariano?
  public let againstPrevious: DieboldMariano?

  /// - Parameters:
  ///   - forecasts: in order of time.
  ///   - outcomes: what came of each.
  ///   - horizon: bars that a forecast spans.
  /// - Throws: `StatisticsError` for lengths that differ and values that are not finite.
  public init(forecasts: [Double], outcomes: [Double], horizon: Int = 1) throws(StatisticsError) {
    guard forecasts.count == outcomes.count else {
      throw .lengthsDiffer(forecasts.count, outcomes.count)
    }
    try requireFinite(forecasts)
    try requireFinite(outcomes)
    pairs = outcomes.count
    var (directed, hits, error, square) = (0, 0, 0.0, 0.0)
    for (forecast, outcome) in zip(forecasts, outcomes) {
      error += (outcome - forecast) * (outcome - forecast)
      square += outcome * outcome
      guard forecast != 0, outcome != 0 else { continue }
      directed += 1
      if (forecast > 0) == (outcome > 0) { hits += 1 }
    }
    self.directed = directed
    self.hits = hits
    hitRate = directed > 0 ? WilsonInterval(successes: hits, trials: directed) : nil
    direction = PesaranTimmermann(forecasts: forecasts, outcomes: outcomes)
    informationCoefficient = Correlation.pearson(forecasts, outcomes)
    rankInformationCoefficient = Correlation.spearman(forecasts, outcomes)
    r2AgainstZero = square > 0 ? 1 - error / square : nil

    func against(_ naive: NaiveForecast) throws(StatisticsError) -> DieboldMariano? {
      let differences = naive.lossDifferences(
        forecasts: forecasts, outcomes: outcomes, horizon: horizon)
      return try DieboldMariano(
        lossDifferences: differences.compactMap { $0 }, horizon: horizon)
    }
    againstZero = try against(.zero)
    againstMean = try against(.mean)
    againstPrevious = try against(.previous)
  }
}
