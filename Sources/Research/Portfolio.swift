public import Allocation
public import Indicators
public import Market
public import Models
public import Signals
public import Trading

/// A portfolio file with every value resolved: what is held, by which models, under which rules.
///
/// Given bars, models and this value, a run is a pure function.
public struct Portfolio: Sendable, Equatable {
  public enum Profile: String, Sendable, CaseIterable {
    case conservative, balanced, aggressive
  }

  /// The kind of market, which sets costs, volatility targets and regime sizes.
  public enum MarketKind: String, Sendable, CaseIterable {
    case crypto, equities, fx
  }

  /// What to do about a node that lacks history, or whose price stands still, in a fold's training window.
  public enum OnMissing: String, Sendable, CaseIterable {
    /// It is an error: training and tests begin when all symbols have begun.
    case error
    /// It is left out of such folds: training and tests begin with the oldest symbol.
    case exclude
  }

  /// A timeframe and the weight of its forecast.
  public struct TimeframeWeight: Sendable, Equatable {
    public var timeframe: Timeframe
    public var weight: Double

    public init(timeframe: Timeframe, weight: Double) {
      self.timeframe = timeframe
      self.weight = weight
    }
  }

  public var name: String
  public var profile = Profile.balanced
  public var market = MarketKind.crypto
  /// Sorted, without repetition.
  public var symbols: [Symbol]
  /// Finest first.
  public var timeframes: [TimeframeWeight]
  /// The timeframe on which the portfolio steps; one of `timeframes`.
  public var primary: Timeframe
  /// A symbol of the database that is bought and held beside the portfolio; it is not traded.
  public var benchmark: Symbol?
  public var capital = CapitalSettings()
  public var costs = CostSettings()
  public var regime = RegimeSettings()
  /// What the forecasts read of a bar.
  public var features = FeatureChoice.stationary
  public var forecast = ForecastSettings()
  public var variance = VarianceSettings()
  /// Seed of every random number in training.
  public var seed: UInt64 = 42
  public var onMissing = OnMissing.error
  /// Missing slots before a bar that a chunk or a window may run over.
  public var maxGap = 3
  /// Observations below which no regime model is fitted.
  public var minimumBars = 120
  public var split = SplitSettings()
  /// Bars of a timeframe from one answer of its models to the next; what they said stands in between.
  public var inferenceEvery = 1
  public var combine = CombineSettings()
  public var entry = EntrySettings()
  public var exit = ExitSettings()
  public var sizing = SizingSettings()
  /// How large a position is that `entry.signal` opens.
  public var positionSize = PositionSizeSettings()
  public var allocation = AllocationSettings()
  /// Time between two decisions, in milliseconds. One day, or the primary timeframe if slower.
  public var decisionEvery: Int64 = Timestamp.millisecondsPerDay
  public var limits = LimitSettings()
  /// The one-way cost that a forecast must beat before it tilts a weight; nil is what trading costs.
  ///
  /// No key of the portfolio file: `verify` sets it to 0, so that every forecast moves weights.
  public var tiltCost: Double?
  public var symbolEntry: [Symbol: EntrySettings] = [:]
  public var symbolExit: [Symbol: ExitSettings] = [:]
  public var symbolSizing: [Symbol: SizingSettings] = [:]

  public init(name: String, symbols: [Symbol], timeframes: [TimeframeWeight]) {
    precondition(!symbols.isEmpty && !timeframes.isEmpty)
    self.name = name
    self.symbols = Set(symbols).sorted()
    self.timeframes = timeframes.sorted { $0.timeframe < $1.timeframe }
    self.primary = self.timeframes[0].timeframe
  }

  /// The user's columns that features and regime observations name, sorted.
  public var extraColumns: [String] {
    Set(features.extras + regime.observations.extras).sorted()
  }

  /// Whether columns of the user's open positions, in place of forecasts and an allocation.
  public var opensByColumn: Bool { symbols.contains { entry(for: $0).signal != nil } }

  public func entry(for symbol: Symbol) -> EntrySettings { symbolEntry[symbol] ?? entry }
  public func exit(for symbol: Symbol) -> ExitSettings { symbolExit[symbol] ?? exit }
  public func sizing(for symbol: Symbol) -> SizingSettings { symbolSizing[symbol] ?? sizing }

  /// The timeframe on which covariance and risk are estimated: a day, or the primary if slower.
  public var riskTimeframe: Timeframe { max(.d1, primary) }

  /// Milliseconds after which a price without a newer bar is stale, unless its market was closed.
  public var staleAfter: Int64 { max(3 * primary.milliseconds, Timestamp.millisecondsPerDay) }
}
