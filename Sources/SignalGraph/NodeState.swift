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
  private var served: ServedModel?
  private var terms: ServiceTerms?
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
      if PlantedDefect.stateOfChunk.isPlanted { served?.forgetForecasts() }
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
    if due != terms?.entry { take(due) }
    let isAsked = standing == nil || served?.isDue == true
    // The models go through every bar, so that their memory is the same whenever they are asked.
    guard let output = served?.update(row, isAsked: isAsked), let terms else { return nil }
    if isAsked {
      var mu = 0.0
      if let forecast = output.forecast, let clipped = served?.clip(forecast) {
        mu = terms.weight * output.targetVariance.squareRoot() * clipped
      }
      standing = (output, mu, row.knownAt)
    }
    guard let (said, mu, at) = standing else { return nil }
    return NodeSignal(
      knownAt: row.knownAt, evaluatedAt: at, forecast: said.forecast, forecastSpread: said.spread,
      variance: said.variance, targetVariance: said.targetVariance, mu: mu,
      gateWeight: said.forecast == nil ? 0 : terms.weight,
      forecastDeviation: terms.deviation, forecastPersistence: terms.persistence,
      posterior: said.regime.posterior, nextPosterior: said.regime.nextPosterior,
      sizes: terms.sizes, label: said.regime.label, confidence: said.regime.confidence,
      entropy: said.regime.entropy, atr: atr, volumeRatio: volumeRatio, readings: read)
  }

  /// Lets a model take over that has gone through the bars so far, the last one excepted.
  private mutating func take(_ due: Int) {
    let entry = schedule.entries[due]
    let past = history.dropLast()
    if let ready = entry.served, ready.bars == past.count, ready.enter == enter,
      ready.every == every
    {
      served = ready
    } else {
      var fresh = ServedModel(entry.model, enter: enter, every: every)
      for bar in past.indices { fresh.pass(history[bar]) }
      served = fresh
    }
    terms = ServiceTerms(due, entry)
    standing = nil
  }
}

/// What holds while a model is in service.
private struct ServiceTerms: Sendable {
  /// The model's place in the schedule.
  let entry: Int
  /// The gate's weight of its forecasts.
  let weight: Double
  /// Of its forecasts on the validation window.
  let deviation: Double
  let persistence: Double
  let sizes: [Double]?

  init(_ index: Int, _ entry: ModelSchedule.Entry) {
    self.entry = index
    weight = entry.calibration.weight
    deviation = entry.model.forecast?.deviation ?? 0
    persistence = entry.model.forecast?.persistence ?? 0
    sizes = entry.sizes
  }
}
