public import Market

/// The bars of one symbol, and the truth behind each.
public struct SimulatedSymbol: Sendable, Equatable {
  public let symbol: Symbol
  /// As an exchange reports them: prices fall and volumes rise at a split.
  public let series: BarSeries
  /// One a bar.
  public let truth: [BarTruth]
  /// In order of time.
  public let events: [MarketEvent]

  /// The bars in shares of the first day: prices times the adjustment, volumes divided by it.
  public var adjusted: BarSeries {
    BarSeries(
      symbol: symbol, timeframe: series.timeframe, calendar: series.calendar,
      bars: zip(series, truth).map { bar, truth in
        Bar(
          time: bar.time, open: bar.open * truth.adjustment, high: bar.high * truth.adjustment,
          low: bar.low * truth.adjustment, close: bar.close * truth.adjustment,
          volume: bar.volume / truth.adjustment)
      })
  }
}

/// What made a bar, and what could be known of it.
public struct BarTruth: Sendable, Equatable {
  /// The regime of the bar, 0 is the first of the settings' states.
  public var state: Int
  /// Log return since the close of the bar before, adjusted for splits; nil at the first bar.
  public var logReturn: Double?
  /// Slots without a bar just before this one. The return spans them too.
  public var missingBefore: Int
  /// Standard deviation of the bar's own log return in its state, planted part included.
  public var sigma: Double
  /// Mean of the bar's own log return for one who knows its state, at the close before.
  public var predictable: Double
  /// The same for one who knows all parameters, but only the symbol's past bars: the best forecast
  /// there is.
  public var attainable: Double
  /// K: p(state | this bar and those before) by the true parameters. Bars after missing ones are no
  /// evidence.
  public var posterior: [Double]
  /// What the planted part is made of, known at the close before (`PlantedSignal`); nil while it
  /// warms up.
  public var volumeScore: Double?
  public var momentum: Double?
  /// What the bar's prices are multiplied by to be in shares of the first day.
  public var adjustment: Double
}

/// Something that happened to a symbol.
public struct MarketEvent: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The first bar, where it is not the market's first.
    case listing
    /// The last bar, where it is not the market's last.
    case delisting
    /// So many bars missing from this slot on.
    case gap(slots: Int)
    /// So many new shares for an old one, before the open of this bar.
    case split(ratio: Double)
  }

  public var symbol: Symbol
  public var time: Timestamp
  public var kind: Kind
}
