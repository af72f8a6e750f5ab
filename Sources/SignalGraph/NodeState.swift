public import Indicators
public import Market
import Models
public import Signals

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// The arithmetic of a node, without an actor around it: bars in, one signal a bar out.
///
/// Indicators and filters start at the series' first bar. When another model takes over, it replays
/// the rows so far, so that it stands where it would have stood had it run from the start.
public struct NodeState: Sendable {
  public let key: NodeKey
  private let schedule: ModelSchedule
  private let enter: Double
  private var stream: NodeRowStream
  private var history: [NodeRow] = []
  private var serving: Int?
  private var inference: NodeInference?
  private var trail = ForecastTrail()
  // What entry and exit rules read of the bars themselves.
  private var range: ATR
  private var volume = VolumeRatio()

  /// - Parameters:
  ///   - enter: the filtered probability at which a regime label is entered.
  ///   - atrPeriod: bars of the average true range.
  public init(
    _ key: NodeKey, calendar: TradingCalendar, features: FeatureSpec,
    observations: RegimeObservation, extras: [ExtraColumn] = [], enter: Double,
    schedule: ModelSchedule, atrPeriod: Int = 14
  ) {
    self.key = key
    self.schedule = schedule
    self.enter = enter
    range = ATR(period: atrPeriod)
    stream = NodeRowStream(
      timeframe: key.timeframe, calendar: calendar, features: features,
      observations: observations, extras: extras)
  }

  /// Takes in the next bars. Returns their signals; none before the first model serves.
  public mutating func advance(_ bars: some Sequence<Bar>) -> [NodeSignal] {
    #if PLANTED_DEFECTS
      if PlantedDefect.stateOfChunk.isPlanted { trail = ForecastTrail() }
      if PlantedDefect.smoothedPosterior.isPlanted {
        return NodeState.smoothed(bars.compactMap { advance($0) }, schedule)
      }
    #endif
    return bars.compactMap { advance($0) }
  }

  private mutating func advance(_ bar: Bar) -> NodeSignal? {
    let row = stream.update(bar)
    history.append(row)
    let atr = range.update(bar)
    let volumeRatio = volume.update(bar.volume)
    guard let due = schedule.serving(at: row.knownAt) else { return nil }
    let entry = schedule.entries[due]
    if due != serving {
      serving = due
      var fresh = NodeInference(entry.model, enter: enter)
      trail = ForecastTrail()
      for past in history.dropLast() {
        if let forecast = fresh.update(past)?.forecast { trail.update(forecast) }
      }
      inference = fresh
    }
    guard let output = inference?.update(row) else { return nil }
    var mu = 0.0
    if let forecast = output.forecast {
      trail.update(forecast)
      mu = entry.calibration.weight * output.targetVariance.squareRoot() * trail.clip(forecast)
    }
    return NodeSignal(
      knownAt: row.knownAt, forecast: output.forecast, forecastSpread: output.spread,
      variance: output.variance, targetVariance: output.targetVariance, mu: mu,
      gateWeight: output.forecast == nil ? 0 : entry.calibration.weight,
      forecastDeviation: entry.model.forecast?.deviation ?? 0,
      forecastPersistence: entry.model.forecast?.persistence ?? 0,
      posterior: output.regime.posterior, nextPosterior: output.regime.nextPosterior,
      label: output.regime.label, confidence: output.regime.confidence,
      entropy: output.regime.entropy, atr: atr, volumeRatio: volumeRatio)
  }
}

/// The spread of a node's past forecasts, which bounds the next one.
///
/// The mean square is an exponential average with a half-life of about 170 bars, bias-corrected.
private struct ForecastTrail: Sendable {
  private static let decay = 0.996
  /// Forecasts beyond this many deviations are clipped.
  private static let limit = 2.0
  private var square = 0.0
  private var weight = 0.0

  mutating func update(_ forecast: Double) {
    square = ForecastTrail.decay * square + (1 - ForecastTrail.decay) * forecast * forecast
    weight = ForecastTrail.decay * weight + (1 - ForecastTrail.decay)
  }

  func clip(_ forecast: Double) -> Double {
    guard weight > 0 else { return forecast }
    let bound = ForecastTrail.limit * (square / weight).squareRoot()
    return min(bound, max(-bound, forecast))
  }
}
