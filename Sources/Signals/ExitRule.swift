/// Why a position is closed.
public enum ExitRule: String, Sendable, CaseIterable {
  case target
  case stop
  case trailing = "trailing stop"
  case regimeChange = "regime change"
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
  /// Sizing regime's label when the position was entered, and now with its confidence.
  public var regimeAtEntry: Int?
  public var regime: Int?
  public var regimeConfidence: Double?

  public init(
    isLong: Bool, entryPrice: Double, bestClose: Double, close: Double, regimeAtEntry: Int?,
    regime: Int?, regimeConfidence: Double?
  ) {
    self.isLong = isLong
    self.entryPrice = entryPrice
    self.bestClose = bestClose
    self.close = close
    self.regimeAtEntry = regimeAtEntry
    self.regime = regime
    self.regimeConfidence = regimeConfidence
  }
}

extension ExitSettings {
  /// The first rule that closes the position at this close, in the order of the settings, or nil.
  ///
  /// A close at a level counts.
  public func firstHit(_ position: OpenPosition) -> ExitRule? {
    // A close of 90 is 10 % below 100, but `1 - 90 / 100` is a hair less than .1.
    let hair = 1e-12
    let sign: Double = position.isLong ? 1 : -1
    let gain = sign * (position.close / position.entryPrice - 1)
    if let target, gain >= target - hair { return .target }
    if let stop, -gain >= stop - hair { return .stop }
    if let trailing {
      let fall = sign * (1 - position.close / position.bestClose)
      if fall >= trailing - hair { return .trailing }
    }
    if let needed = regimeChange, let entry = position.regimeAtEntry, let now = position.regime,
      now != entry, let confidence = position.regimeConfidence, confidence >= needed
    {
      return .regimeChange
    }
    return nil
  }
}
