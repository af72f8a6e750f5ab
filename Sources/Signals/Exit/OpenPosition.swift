/// What exit rules look at: a position at one close of its symbol.
public struct OpenPosition: Sendable, Equatable {
  /// Whether units are held long.
  public var isLong: Bool
  /// Average fill price.
  public var entryPrice: Double
  /// Best close since the fill, the fill price to begin with.
  public var bestClose: Double
  public var close: Double
  /// Closes since the fill, that of its own bar included.
  public var bars: Int
  /// The average true range of the primary timeframe when the position was entered, and that of the
  /// timeframe by which `exit.atr_stop` counts.
  public var atrAtEntry: Double?
  public var stopRangeAtEntry: Double?
  /// The average true range of the primary timeframe now.
  public var atr: Double?
  /// The forecast standard deviation of the primary's next log return when it was entered.
  public var deviationAtEntry: Double?
  /// Sizing regime's label when the position was entered, and now with its confidence.
  public var regimeAtEntry: Int?
  public var regime: Int?
  public var regimeConfidence: Double?
  /// The state by which the rules' numbers differ: that of the sizing regime, or of the mixture of
  /// the timeframes' regimes, when the position was entered.
  public var stateAtEntry: Int?
  /// Share of the timeframes' weight whose forecasts ask for a reversal: above 0 upwards, below 0
  /// downwards.
  public var reversal: Double
  /// What the rules read of the primary's bars, when the position was entered and now.
  public var readingsAtEntry: Readings
  public var readings: Readings
  /// The symbol's whole signal at this close; nil in a test that is about numbers alone.
  public var signal: SymbolSignal?

  public init(
    isLong: Bool, entryPrice: Double, bestClose: Double, close: Double, bars: Int = 1,
    atrAtEntry: Double? = nil, stopRangeAtEntry: Double? = nil, atr: Double? = nil,
    deviationAtEntry: Double? = nil, regimeAtEntry: Int? = nil, regime: Int? = nil,
    regimeConfidence: Double? = nil, stateAtEntry: Int? = nil, reversal: Double = 0,
    readingsAtEntry: Readings = Readings(), readings: Readings = Readings(),
    signal: SymbolSignal? = nil
  ) {
    self.isLong = isLong
    self.entryPrice = entryPrice
    self.bestClose = bestClose
    self.close = close
    self.bars = bars
    self.atrAtEntry = atrAtEntry
    self.stopRangeAtEntry = stopRangeAtEntry
    self.atr = atr
    self.deviationAtEntry = deviationAtEntry
    self.regimeAtEntry = regimeAtEntry
    self.regime = regime
    self.regimeConfidence = regimeConfidence
    self.stateAtEntry = stateAtEntry
    self.reversal = reversal
    self.readingsAtEntry = readingsAtEntry
    self.readings = readings
    self.signal = signal
  }

  /// A close of 90 is 10 % below 100, but `1 - 90 / 100` is a hair less than .1: what is this near a
  /// level has reached it.
  public static let hair = 1e-12

  /// 1 for a long position, -1 for a short one.
  var sign: Double { isLong ? 1 : -1 }

  /// The gain over the fill price as a fraction; below 0 a loss.
  var gain: Double { sign * (close / entryPrice - 1) }

  /// The hair as a difference of prices.
  var priceHair: Double { entryPrice * OpenPosition.hair }
}
