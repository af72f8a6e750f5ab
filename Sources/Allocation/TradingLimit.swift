public import Market

/// What a market lets be traded. Off unless one is set.
public struct TradingLimit: Sendable, Equatable {
  /// The most that one decision may trade of a symbol, as a share of what the market trades in a bar
  /// of the covariance estimate (a day); nil is no limit.
  public var liquidity: Double?
  /// What quantities are whole multiples of; nil is any amount.
  public var lot: Double?
  /// Lots of single symbols, in place of `lot`; 0 is any amount.
  public var lotOverrides: [Symbol: Double]
  /// The least that an order may be worth, in currency; nil is no limit.
  public var minimumNotional: Double?

  public init(
    liquidity: Double? = nil, lot: Double? = nil, lotOverrides: [Symbol: Double] = [:],
    minimumNotional: Double? = nil
  ) {
    self.liquidity = liquidity
    self.lot = lot
    self.lotOverrides = lotOverrides
    self.minimumNotional = minimumNotional
  }

  public var isOff: Bool {
    liquidity == nil && lot == nil && minimumNotional == nil
      && lotOverrides.allSatisfy { $0.value == 0 }
  }

  /// What may be traded of a symbol, in weights.
  ///
  /// - Parameters:
  ///   - price: of one unit, in currency; nil lets nothing be traded.
  ///   - volume: units that the market trades in a bar; nil counts as none where liquidity is limited.
  public func units(of symbol: Symbol, price: Double?, volume: Double?, equity: Double)
    -> TradeUnits
  {
    guard !isOff else { return TradeUnits() }
    guard let price else { return TradeUnits(most: 0) }
    return TradeUnits(
      lot: (lotOverrides[symbol] ?? lot ?? 0) * price / equity,
      most: liquidity.map { $0 * (volume ?? 0) * price / equity } ?? .infinity,
      least: (minimumNotional ?? 0) / equity)
  }

  func validate() throws(AllocationError) {
    func require(_ holds: Bool, _ name: String, _ value: Double, _ rule: String)
      throws(AllocationError)
    {
      guard holds else { throw .invalidSetting(name: name, value: value, rule: rule) }
    }
    if let liquidity {
      try require(liquidity > 0 && liquidity.isFinite, "liquidity", liquidity, "above 0")
    }
    if let lot { try require(lot > 0 && lot.isFinite, "lot", lot, "above 0") }
    for symbol in lotOverrides.keys.sorted() {
      let lot = lotOverrides[symbol]!
      try require(lot >= 0 && lot.isFinite, "lot[\(symbol)]", lot, "at least 0")
    }
    if let least = minimumNotional {
      try require(least > 0 && least.isFinite, "minimumNotional", least, "above 0")
    }
  }
}

/// What may be traded of a symbol at a decision, as fractions of equity.
public struct TradeUnits: Sendable, Equatable {
  /// What a weight is a whole multiple of; 0 is any.
  public var lot: Double
  /// The most that may be traded.
  public var most: Double
  /// The least that may be traded; a position may always be closed.
  public var least: Double

  public init(lot: Double = 0, most: Double = .infinity, least: Double = 0) {
    self.lot = lot
    self.most = most
    self.least = least
  }

  /// The part of a lot, or of the least trade, that rounding may miss it by.
  static let tolerance = 1e-9

  /// The whole lots in a size.
  func wholeLots(in size: Double) -> Double {
    TradeUnits.whole(size / lot + TradeUnits.rounding(of: size / lot))
  }

  func isWhole(_ size: Double) -> Bool {
    guard lot > 0 else { return true }
    let lots = size / lot
    return abs(lots - TradeUnits.whole(lots + 0.5)) <= TradeUnits.rounding(of: lots)
  }

  /// What a number of lots may miss a whole one by: a quotient of billions comes no nearer than its last
  /// bits.
  static func rounding(of lots: Double) -> Double { max(tolerance, 4 * lots.ulp) }

  /// The whole part of a number that is not negative. From 2^53 on every number is whole.
  private static func whole(_ number: Double) -> Double {
    number < 0x1p53 ? Double(Int64(number)) : number
  }

  func isTooSmall(_ trade: Double) -> Bool { trade < least * (1 - TradeUnits.tolerance) }
}
