public import Market

/// Hard limits on weights, as fractions of equity. Cash is what the weights leave.
///
/// A limit only reduces: no weight becomes larger than wanted, and none changes its sign.
public struct LimitSettings: Sendable, Equatable {
  /// The most that the absolute weights may add up to: 1 is no leverage.
  public var gross: Double
  /// The most that one symbol's absolute weight may be; nil is no limit.
  public var perSymbol: Double?
  /// Limits of single symbols, in place of `perSymbol`.
  public var perSymbolOverrides: [Symbol: Double]
  /// The most that the signed weights may add up to, long or short; nil is no limit beyond gross.
  public var net: Double?
  /// The most symbols that may be held; nil is no limit.
  public var positions: Int?
  /// The most that one decision may trade, as the sum of `|w − held|`; nil is no limit.
  public var turnover: Double?
  /// The most assets a unit of equity: longs up to this, shorts (whose proceeds are an asset too) up
  /// to what it is above 1; nil is no limit beyond gross. 1 borrows neither money nor symbols.
  public var leverage: Double?
  /// The most yearly volatility that may be expected of the weights; nil is no limit.
  public var volatility: Double?
  /// Limits on what some symbols may come to together, each name once.
  public var groups: [GroupLimit]
  /// Limits on what the symbols of each value of a label may come to, each name once.
  public var labels: [LabelLimit]
  public var diversification: DiversificationLimit
  public var trading: TradingLimit
  public var cluster: ClusterLimit
  public var pair: PairLimit
  public var throttle: ThrottleSettings

  public init(
    gross: Double = 1, perSymbol: Double? = nil, perSymbolOverrides: [Symbol: Double] = [:],
    net: Double? = nil, leverage: Double? = nil, positions: Int? = nil, turnover: Double? = nil,
    volatility: Double? = nil, groups: [GroupLimit] = [], labels: [LabelLimit] = [],
    cluster: ClusterLimit = ClusterLimit(),
    pair: PairLimit = PairLimit(),
    diversification: DiversificationLimit = DiversificationLimit(),
    trading: TradingLimit = TradingLimit(), throttle: ThrottleSettings = ThrottleSettings()
  ) {
    self.gross = gross
    self.perSymbol = perSymbol
    self.perSymbolOverrides = perSymbolOverrides
    self.net = net
    self.leverage = leverage
    self.volatility = volatility
    self.labels = labels
    self.diversification = diversification
    self.trading = trading
    self.positions = positions
    self.turnover = turnover
    self.groups = groups
    self.cluster = cluster
    self.pair = pair
    self.throttle = throttle
  }

  /// Sums of weights round: a limit counts as kept up to this relative excess.
  ///
  /// Without it, six weights of 1/6 would add up to more than a gross limit of 1 and be rescaled.
  public static let tolerance = 1e-12

  /// Of a sum of weights, in equity: well within what a limit is checked to.
  static let rounding = tolerance / 10

  /// Whether a limit may be kept because one position hedges another, so that leaving one of them can
  /// break it.
  public var countOnHedges: Bool {
    // Within gross, no sum of signed weights is beyond a net limit as wide.
    net.map { $0 < gross } ?? false || volatility != nil || !diversification.isOff
  }

  /// The limit on one symbol's absolute weight, or nil.
  public func cap(on symbol: Symbol) -> Double? {
    perSymbolOverrides[symbol] ?? perSymbol
  }
}

extension LimitSettings {
  /// Throws `AllocationError.invalidSetting` for the first value that makes no sense.
  public func validate() throws(AllocationError) {
    func require(_ holds: Bool, _ name: String, _ value: Double, _ rule: String)
      throws(AllocationError)
    {
      guard holds else { throw .invalidSetting(name: name, value: value, rule: rule) }
    }
    try require(gross > 0 && gross.isFinite, "gross", gross, "above 0")
    if let perSymbol { try require(perSymbol > 0, "perSymbol", perSymbol, "above 0") }
    for symbol in perSymbolOverrides.keys.sorted() {
      let cap = perSymbolOverrides[symbol]!
      try require(cap >= 0, "perSymbol[\(symbol)]", cap, "at least 0")
    }
    if let net { try require(net > 0 && net.isFinite, "net", net, "above 0") }
    if let leverage {
      try require(leverage >= 1 && leverage.isFinite, "leverage", leverage, "at least 1")
    }
    if let volatility {
      try require(volatility > 0 && volatility.isFinite, "volatility", volatility, "above 0")
    }
    if let positions {
      try require(positions > 0, "positions", Double(positions), "at least 1")
    }
    if let turnover {
      try require(turnover > 0 && turnover.isFinite, "turnover", turnover, "above 0")
    }
    for group in everyGroup {
      try require(
        group.max > 0 && group.max.isFinite, "groups[\(group.name)]", group.max, "above 0")
    }
    try require(
      cluster.rho > 0 && cluster.rho <= 1, "cluster.rho", cluster.rho, "above 0 and at most 1")
    if let max = cluster.max {
      try require(max > 0 && max.isFinite, "cluster.max", max, "above 0")
    }
    if let hard = pair.hard {
      try require(hard > 0 && hard <= 1, "pair.hard", hard, "above 0 and at most 1")
    }
    if let soft = pair.soft {
      try require(
        soft >= 0 && soft < pair.hard ?? 1, "pair.soft", soft, "at least 0 and below pair.hard")
    }
    try diversification.validate()
    try trading.validate()
    try throttle.validate()
  }
}
