import Market

/// What is known of one symbol when weights are decided.
public struct AssetInput: Sendable, Equatable {
  public var symbol: Symbol
  /// The signed weight now, as a fraction of equity at the decision's prices.
  public var held: Double
  /// Why the caller forbids the symbol (`stalePrice`, `noSignal`), or nil. A short history and a
  /// price that does not move are found by the covariance estimate.
  public var ineligible: IneligibilityReason?
  /// The protective stop that sends the symbol to cash at this decision, or nil.
  public var stoppedBy: String?
  /// `prior_tilt`: the size `g` that the regime posterior allows, 0...1.
  public var regimeSize: Double
  /// `prior_tilt`: the factor of the trend overlay, 0...1; 1 where it is off.
  public var trend: Double
  /// `prior_tilt`: the net alpha `A`, expected return a year beyond costs; 0 when unproven.
  public var netAlpha: Double
  /// `prior_tilt`: the variance of the net alpha as an estimate, in units of a year squared; nil where
  /// it is not known. The prior `black_litterman` weighs by it.
  public var alphaVariance: Double?
  /// `in_out`: the signed conviction, −1...1.
  public var conviction: Double
  /// `in_out`: whether the rules hold a position open.
  public var isActive: Bool
  /// `in_out`: the regime multiplier of the budget, at least 0.
  public var sizeMultiplier: Double
  /// `in_out`: the exit rule that closed the position at this decision, or before it where a part of the
  /// position is still held; or nil.
  public var exitedBy: String?
  /// `in_out`, method `conviction`: how large the position is by itself.
  public var sizing: SizingSettings
  /// What the symbol counts for beside the others, 1 on average.
  public var share: Double
  /// What exit rules have closed of the position; nil where nothing.
  public var partlyClosed: PartialExit?
  /// The price of one unit, in currency, and the units that its market trades in a bar of the
  /// covariance estimate; nil where unknown, and only read where what may be traded is limited.
  public var price: Double?
  public var volume: Double?
  /// Whether the decision before has left a part of the symbol's trade to this one: it is then finished
  /// whatever the no-trade band.
  public var isUnfinished: Bool

  public init(
    symbol: Symbol, held: Double = 0, ineligible: IneligibilityReason? = nil,
    stoppedBy: String? = nil, regimeSize: Double = 1, trend: Double = 1, netAlpha: Double = 0,
    alphaVariance: Double? = nil, conviction: Double = 0, isActive: Bool = false,
    sizeMultiplier: Double = 1, exitedBy: String? = nil, sizing: SizingSettings = SizingSettings(),
    share: Double = 1, partlyClosed: PartialExit? = nil, price: Double? = nil,
    volume: Double? = nil, isUnfinished: Bool = false
  ) {
    self.symbol = symbol
    self.held = held
    self.ineligible = ineligible
    self.stoppedBy = stoppedBy
    self.regimeSize = regimeSize
    self.trend = trend
    self.netAlpha = netAlpha
    self.alphaVariance = alphaVariance
    self.conviction = conviction
    self.isActive = isActive
    self.sizeMultiplier = sizeMultiplier
    self.exitedBy = exitedBy
    self.sizing = sizing
    self.share = share
    self.partlyClosed = partlyClosed
    self.price = price
    self.volume = volume
    self.isUnfinished = isUnfinished
  }
}

/// All that one decision depends on.
public struct AllocationInput: Sendable, Equatable {
  /// One entry a symbol, in the order of the symbols whatever order they were given in.
  public let assets: [AssetInput]
  /// Volatilities and correlations of one bar; symbols that it excludes are not held.
  public let covariance: CovarianceEstimate
  /// The bars of the covariance estimate in a year.
  public let periodsPerYear: Double
  /// The drawdown throttle `u`, 0...1, that scales every weight.
  public let throttle: Double
  /// In currency; only read where what may be traded is limited.
  public let equity: Double?

  /// - Throws: `AllocationError` for a symbol given twice and for a number that is NaN, infinite or
  ///   outside its range.
  public init(
    assets: [AssetInput], covariance: CovarianceEstimate, periodsPerYear: Double,
    throttle: Double = 1, equity: Double? = nil
  ) throws(AllocationError) {
    let isSorted = assets.indices.dropFirst().allSatisfy {
      assets[$0 - 1].symbol < assets[$0].symbol
    }
    let sorted = isSorted ? assets : assets.sorted { $0.symbol < $1.symbol }
    for index in sorted.indices {
      if !isSorted, index > 0, sorted[index - 1].symbol == sorted[index].symbol {
        throw .duplicateSymbol(sorted[index].symbol)
      }
      try sorted[index].validate()
    }
    guard periodsPerYear > 0, periodsPerYear.isFinite else {
      throw .invalidContext(field: "periodsPerYear", value: periodsPerYear, rule: "above 0")
    }
    guard throttle >= 0, throttle <= 1 else {
      throw .invalidContext(field: "throttle", value: throttle, rule: "in 0...1")
    }
    self.assets = sorted
    self.covariance = covariance
    self.periodsPerYear = periodsPerYear
    if let equity {
      guard equity > 0, equity.isFinite else {
        throw .invalidContext(field: "equity", value: equity, rule: "above 0")
      }
    }
    self.throttle = throttle
    self.equity = equity
  }
}

extension AllocationInput {
  /// What may be traded of each asset.
  /// - Throws: `AllocationError.invalidContext` where that is limited and no equity was given, and
  ///   `invalidInput` where a symbol that may be held has no price.
  func tradeUnits(_ limit: TradingLimit) throws(AllocationError) -> [TradeUnits] {
    guard !limit.isOff else { return assets.map { _ in TradeUnits() } }
    guard let equity else {
      throw .invalidContext(
        field: "equity", value: .nan, rule: "given where lots, notional or liquidity are limited")
    }
    var units: [TradeUnits] = []
    for asset in assets {
      guard asset.price != nil || asset.ineligible != nil else {
        throw .invalidInput(
          symbol: asset.symbol, field: "price", value: .nan,
          rule: "given where lots, notional or liquidity are limited")
      }
      units.append(
        limit.units(
          of: asset.symbol, price: asset.price, volume: asset.volume, equity: equity))
    }
    return units
  }
}

extension AssetInput {
  fileprivate func validate() throws(AllocationError) {
    func require(_ holds: Bool, _ field: String, _ value: Double, _ rule: String)
      throws(AllocationError)
    {
      guard holds else {
        throw .invalidInput(symbol: symbol, field: field, value: value, rule: rule)
      }
    }
    try require(held.isFinite, "held weight", held, "a finite number")
    try require(regimeSize >= 0 && regimeSize <= 1, "regime size", regimeSize, "in 0...1")
    try require(trend >= 0 && trend <= 1, "trend", trend, "in 0...1")
    try require(netAlpha.isFinite, "net alpha", netAlpha, "a finite number")
    if let alphaVariance {
      try require(
        alphaVariance > 0 && alphaVariance.isFinite, "variance of the net alpha", alphaVariance,
        "above 0")
    }
    try require(conviction >= -1 && conviction <= 1, "conviction", conviction, "in -1...1")
    try require(
      sizeMultiplier >= 0 && sizeMultiplier.isFinite, "size multiplier", sizeMultiplier,
      "at least 0")
    try require(share > 0 && share.isFinite, "share", share, "above 0")
    if let price { try require(price > 0 && price.isFinite, "price", price, "above 0") }
    if let volume {
      try require(volume >= 0 && volume.isFinite, "volume", volume, "at least 0")
    }
    if let kept = partlyClosed?.kept {
      try require(kept > 0 && kept <= 1, "share kept", kept, "in 0...1")
    }
    try sizing.validate()
  }
}
