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
    times = pairs.indices.count { $0 == 0 || pairs[$0].knownAt != pairs[$0 - 1].knownAt }
    let (forecasts, outcomes) = (pairs.map(\.forecast), pairs.map(\.outcome))
    informationCoefficient = Correlation.pearson(forecasts, outcomes)
    rankInformationCoefficient = Correlation.spearman(forecasts, outcomes)
    let square = outcomes.reduce(0) { $0 + $1 * $1 }
    let error = zip(forecasts, outcomes).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
    r2AgainstZero = square > 0 ? 1 - error / square : nil
    let places = SkillRecord.places(pairs[...])
    againstZero = try TimeframeSkill.comparison(pairs, places, .zero)
    againstMean = try TimeframeSkill.comparison(pairs, places, .mean)
    againstPrevious = try TimeframeSkill.comparison(pairs, places, .previous)
  }

  /// - Parameter places: of each symbol's pairs.
  private static func comparison(
    _ pairs: [SkillRecord.Pair], _ places: [[Int]], _ naive: NaiveForecast
  ) throws(StatisticsError) -> DieboldMariano? {
    var differences = [Double?](repeating: nil, count: pairs.count)
    for own in places {
      let values = naive.lossDifferences(
        forecasts: own.map { pairs[$0].forecast }, outcomes: own.map { pairs[$0].outcome })
      for (place, value) in zip(own, values) { differences[place] = value }
    }
    var means: [Double] = []
    var start = 0
    while start < pairs.count {
      let time = pairs[start].knownAt
      var (end, sum, count) = (start, 0.0, 0)
      while end < pairs.count, pairs[end].knownAt == time {
        if let difference = differences[end] {
          sum += difference
          count += 1
        }
        end += 1
      }
      if count > 0 { means.append(sum / Double(count)) }
      start = end
    }
    return try DieboldMariano(lossDifferences: means)
  }
}
