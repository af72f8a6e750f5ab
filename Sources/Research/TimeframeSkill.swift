public import Market
import Signals
public import Statistics

/// What the forecasts of one timeframe were worth, over all symbols and test windows, before the gate.
///
/// Symbols move together, so losses are averaged over the symbols of each time before forecasts are
/// compared: the series that is tested has one value a time.
public struct TimeframeSkill: Sendable, Equatable {
  public var timeframe: Timeframe
  public var pairs: Int
  /// Distinct times among them.
  public var times: Int
  /// Pearson's correlation over all pairs.
  public var informationCoefficient: Double?
  public var rankInformationCoefficient: Double?
  /// `1 − Σ(y − f)² / Σy²`.
  public var r2AgainstZero: Double?
  public var againstZero: DieboldMariano?
  public var againstMean: DieboldMariano?
  public var againstPrevious: DieboldMariano?
  /// Mean absolute net alpha a year that the timeframe's nodes added to the tilt, after the gate.
  public var meanAbsoluteAlpha: Double

  /// - Parameter pairs: in order of (knownAt, symbol).
  init(_ timeframe: Timeframe, pairs: [SkillRecord.Pair], meanAbsoluteAlpha: Double)
    throws(StatisticsError)
  {
    self.timeframe = timeframe
    self.meanAbsoluteAlpha = meanAbsoluteAlpha
    self.pairs = pairs.count
    times = Set(pairs.map(\.knownAt)).count
    let (forecasts, outcomes) = (pairs.map(\.forecast), pairs.map(\.outcome))
    informationCoefficient = Correlation.pearson(forecasts, outcomes)
    rankInformationCoefficient = Correlation.spearman(forecasts, outcomes)
    let square = outcomes.reduce(0) { $0 + $1 * $1 }
    let error = zip(forecasts, outcomes).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
    r2AgainstZero = square > 0 ? 1 - error / square : nil
    againstZero = try TimeframeSkill.comparison(pairs, .zero)
    againstMean = try TimeframeSkill.comparison(pairs, .mean)
    againstPrevious = try TimeframeSkill.comparison(pairs, .previous)
  }

  private static func comparison(_ pairs: [SkillRecord.Pair], _ naive: NaiveForecast)
    throws(StatisticsError) -> DieboldMariano?
  {
    var byTime: [Timestamp: (sum: Double, count: Int)] = [:]
    for symbol in Set(pairs.map(\.symbol)).sorted() {
      let own = pairs.filter { $0.symbol == symbol }
      let differences = naive.lossDifferences(
        forecasts: own.map(\.forecast), outcomes: own.map(\.outcome))
      for (pair, difference) in zip(own, differences) {
        guard let difference else { continue }
        let before = byTime[pair.knownAt] ?? (0, 0)
        byTime[pair.knownAt] = (before.sum + difference, before.count + 1)
      }
    }
    let means = byTime.keys.sorted().compactMap { time in
      byTime[time].map { $0.sum / Double($0.count) }
    }
    return try DieboldMariano(lossDifferences: means)
  }
}
