/// Why a position is closed, in the order in which the rules are checked.
public enum ExitRule: String, Sendable, CaseIterable {
  case target
  case stop
  case trailing = "trailing stop"
  case atrStop = "ATR stop"
  case sigmaStop = "sigma stop"
  case atrTrailing = "ATR trailing stop"
  case time
  case regimeChange = "regime change"
  case reversal
  case lowConfidence = "low confidence"
}

/// What the exit rules look at.
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
  /// The average true range of the primary timeframe when the position was entered.
  public var atrAtEntry: Double?
  /// The forecast standard deviation of the primary's next log return then.
  public var deviationAtEntry: Double?
  /// The price at which the trailing stop in average true ranges stands.
  public var atrLevel: Double?
  /// Sizing regime's label when the position was entered, and now with its confidence.
  public var regimeAtEntry: Int?
  public var regime: Int?
  public var regimeConfidence: Double?
  /// Closes in a row, this one included, with another label than at entry and enough confidence.
  public var otherRegimeCloses: Int
  /// Share of the timeframes' weight whose forecasts ask for a reversal: above 0 upwards, below 0
  /// downwards.
  public var reversal: Double

  public init(
    isLong: Bool, entryPrice: Double, bestClose: Double, close: Double, bars: Int = 1,
    atrAtEntry: Double? = nil, deviationAtEntry: Double? = nil, atrLevel: Double? = nil,
    regimeAtEntry: Int?, regime: Int?,
    regimeConfidence: Double?, otherRegimeCloses: Int = 1, reversal: Double = 0
  ) {
    self.isLong = isLong
    self.entryPrice = entryPrice
    self.bestClose = bestClose
    self.close = close
    self.bars = bars
    self.atrAtEntry = atrAtEntry
    self.deviationAtEntry = deviationAtEntry
    self.atrLevel = atrLevel
    self.regimeAtEntry = regimeAtEntry
    self.regime = regime
    self.regimeConfidence = regimeConfidence
    self.otherRegimeCloses = otherRegimeCloses
    self.reversal = reversal
  }
}

extension ExitSettings {
  /// A close of 90 is 10 % below 100, but `1 - 90 / 100` is a hair less than .1.
  private static let hair = 1e-12

  /// The first rule that closes the position at this close, in the order of the settings, or nil.
  ///
  /// A close at a level counts.
  public func firstHit(_ position: OpenPosition) -> ExitRule? {
    let hair = ExitSettings.hair
    let sign: Double = position.isLong ? 1 : -1
    let gain = sign * (position.close / position.entryPrice - 1)
    if let target, gain >= target - hair { return .target }
    if let stop, -gain >= stop - hair { return .stop }
    if let trailing {
      let fall = sign * (1 - position.close / position.bestClose)
      if fall >= trailing - hair { return .trailing }
    }
    let price = position.entryPrice * hair
    if let atrStop, let range = position.atrAtEntry,
      sign * (position.entryPrice - position.close) >= atrStop * range - price
    {
      return .atrStop
    }
    if let sigmaStop, let deviation = position.deviationAtEntry,
      -gain >= sigmaStop * deviation - hair
    {
      return .sigmaStop
    }
    if let level = position.atrLevel, sign * (level - position.close) >= -price {
      return .atrTrailing
    }
    if let limit = maxBars?.limit(enteredIn: position.regimeAtEntry), position.bars >= limit {
      return .time
    }
    if isOtherRegime(position), position.otherRegimeCloses >= confirm { return .regimeChange }
    if reversal != nil, sign * position.reversal < 0 { return .reversal }
    if let lowConfidence, let confidence = position.regimeConfidence, confidence < lowConfidence {
      return .lowConfidence
    }
    return nil
  }

  /// Whether the sizing regime differs from that at entry with the confidence that the rule asks for.
  public func isOtherRegime(_ position: OpenPosition) -> Bool {
    guard let needed = regimeChange, let entry = position.regimeAtEntry,
      let now = position.regime, now != entry, let confidence = position.regimeConfidence
    else { return false }
    return confidence >= needed
  }

  /// Where the trailing stop in average true ranges stands after this close; it only ever moves
  /// towards the price.
  ///
  /// For a long position the highest of `best - k ATR` over the closes so far and, once the best close
  /// is `breakeven` ranges above the fill price, of the fill price; mirrored for a short one.
  /// - Parameters:
  ///   - position: with the level after the close before, nil to begin with.
  ///   - atr: the average true range now; nil leaves the level.
  public func atrLevel(_ position: OpenPosition, atr: Double?) -> Double? {
    let sign: Double = position.isLong ? 1 : -1
    var level = position.atrLevel
    func raise(to price: Double) {
      level = level.map { position.isLong ? max($0, price) : min($0, price) } ?? price
    }
    if let atrTrailing, let atr { raise(to: position.bestClose - sign * atrTrailing * atr) }
    if let breakeven, let range = position.atrAtEntry,
      sign * (position.bestClose - position.entryPrice)
        >= breakeven * range - position.entryPrice * ExitSettings.hair
    {
      raise(to: position.entryPrice)
    }
    return level
  }
}
