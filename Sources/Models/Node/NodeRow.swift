public import Indicators
public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// What the models of a node read at the close of one bar. Nothing in it depends on a fit, so one
/// history of rows serves every model.
public struct NodeRow: Sendable, Equatable {
  public var knownAt: Timestamp
  /// Features in the order of the spec; nil while an indicator warms up.
  public var features: [Double]?
  /// The regime model's observation; nil while it warms up.
  public var observation: [Double]?
  /// Log return since the previous bar's close; nil at the first bar.
  public var logReturn: Double?
  /// Slots missing between the previous bar and this one.
  public var missingBefore: Int
  /// What the variance model reads.
  public var volatility: VolatilityRow
}

/// Turns bars into rows, one at a time.
public struct NodeRowStream: Sendable {
  private let timeframe: Timeframe
  private let calendar: TradingCalendar
  private var features: FeatureStream
  private var observations: RegimeObservationStream
  private var returns = LogReturn()
  private var volatility: VolatilityRowStream
  private var previous: Timestamp?

  public init(
    timeframe: Timeframe, calendar: TradingCalendar, features: FeatureSpec,
    observations: RegimeObservation, extras: [ExtraColumn] = []
  ) {
    self.timeframe = timeframe
    self.calendar = calendar
    volatility = VolatilityRowStream(timeframe)
    self.features = FeatureStream(features, timeframe, extras: extras)
    self.observations = RegimeObservationStream(observations, timeframe, extras: extras)
  }

  public mutating func update(_ bar: Bar) -> NodeRow {
    defer { previous = bar.time }
    #if PLANTED_DEFECTS
      let isEarly = PlantedDefect.higherBarBeforeClose.isPlanted && timeframe > .h1
      let close = bar.time + timeframe.milliseconds - (isEarly ? 3_600_000 : 0)
    #else
      let close = bar.time + timeframe.milliseconds
    #endif
    return NodeRow(
      knownAt: close,
      features: features.update(bar),
      observation: observations.update(bar),
      logReturn: returns.update(bar.close),
      missingBefore: previous.map {
        calendar.missingSlots(from: $0, to: bar.time, timeframe)
      } ?? 0, volatility: volatility.update(bar))
  }
}

/// The rows of one series.
public struct NodeTable: Sendable {
  public let symbol: Symbol
  public let timeframe: Timeframe
  public let rows: [NodeRow]

  /// - Parameter extras: at least the user's columns that features and observations name.
  public init(
    _ series: BarSeries, features: FeatureSpec, observations: RegimeObservation,
    extras: [ExtraColumn] = []
  ) {
    symbol = series.symbol
    timeframe = series.timeframe
    var stream = NodeRowStream(
      timeframe: series.timeframe, calendar: series.calendar, features: features,
      observations: observations, extras: extras)
    rows = series.map { stream.update($0) }
  }

  /// The number of leading rows that are known at `now`.
  public func countKnown(at now: Timestamp) -> Int {
    Market.countKnown(rows.count, at: now) { rows[$0].knownAt }
  }
}
