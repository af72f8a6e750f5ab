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
  private var readings: ReadingStream
  /// The models are asked at every so many bars, counted from the series' first; what they said
  /// stands in between.
  private let every: Int
  private var standing: (output: NodeOutput, mu: Double, at: Timestamp)?

  /// - Parameters:
  ///   - enter: the filtered probability at which a regime label is entered.
  ///   - atrPeriod: bars of the average true range.
  ///   - readings: what rules read of the bars.
  ///   - every: bars from one answer of the models to the next.
  public init(
    _ key: NodeKey, calendar: TradingCalendar, features: FeatureSpec,
    observations: RegimeObservation, extras: [ExtraColumn] = [], enter: Double,
    schedule: ModelSchedule, atrPeriod: Int = 14, readings: [Reading] = [], every: Int = 1
  ) {
    precondition(every >= 1, "models are asked at every bar at most")
    self.key = key
    self.every = every
    self.readings = ReadingStream(readings)
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
    let read = readings.update(bar)
    guard let due = schedule.serving(at: row.knownAt) else { return nil }
    let entry = schedule.entries[due]
    let isNew = due != serving
    if isNew { take(entry.model) }
    serving = due
    let isAsked = isNew || standing == nil || isAsked(history.count - 1)
    // The models go through every bar, so that their memory is the same whenever they are asked.
    guard let output = inference?.update(row, isAsked: isAsked) else { return nil }
    if isAsked {
      var mu = 0.0
      if let forecast = output.forecast {
        trail.update(forecast)
        mu = entry.calibration.weight * output.targetVariance.squareRoot() * trail.clip(forecast)
      }
      standing = (output, mu, row.knownAt)
    }
    guard let (said, mu, at) = standing else { return nil }
    return NodeSignal(
      knownAt: row.knownAt, evaluatedAt: at, forecast: said.forecast, forecastSpread: said.spread,
      variance: said.variance, targetVariance: said.targetVariance, mu: mu,
      gateWeight: said.forecast == nil ? 0 : entry.calibration.weight,
      forecastDeviation: entry.model.forecast?.deviation ?? 0,
      forecastPersistence: entry.model.forecast?.persistence ?? 0,
      posterior: said.regime.posterior, nextPosterior: said.regime.nextPosterior,
      sizes: entry.sizes,
      label: said.regime.label, confidence: said.regime.confidence,
      entropy: said.regime.entropy, atr: atr, volumeRatio: volumeRatio, readings: read)
  }

  /// Whether the models are asked at a bar of the series.
  private func isAsked(_ bar: Int) -> Bool { bar % every == 0 }

  /// Lets a model take over: it goes through the bars so far, the last one excepted.
  private mutating func take(_ model: NodeModel) {
    var fresh = NodeInference(model, enter: enter)
    trail = ForecastTrail()
    for (bar, past) in history.dropLast().enumerated() {
      if let forecast = fresh.pass(past, isAsked: isAsked(bar)) { trail.update(forecast) }
    }
    inference = fresh
    standing = nil
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
