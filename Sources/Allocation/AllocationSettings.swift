/// How weights are decided. The defaults were measured: see the documentation of each.
public struct AllocationSettings: Sendable, Equatable {
  /// What the weights start from.
  public enum Mode: String, Sendable, CaseIterable {
    /// Holds a prior portfolio and tilts it by proven skill. Without skill the prior is held.
    case priorTilt = "prior_tilt"
    /// Sizes the positions that entry and exit rules have opened. With none open, all is cash.
    case inOut = "in_out"
  }

  /// Whose volatilities size: correlations are always those of the covariance estimate.
  public enum Variance: String, Sendable, CaseIterable {
    /// The covariance estimate's own, with `volatilityHalfLife`.
    case ewma
    /// The variance model's forecast of the next bar of the covariance estimate. Sharper, and it
    /// trades more.
    case model
  }

  public var mode: Mode
  /// The portfolio that is held when no forecast has skill (`Mode.priorTilt`).
  public var prior: SizingMethod
  /// How the open positions share the exposure (`Mode.inOut`).
  public var method: SizingMethod
  public var sizing: SizingOptions
  /// `Mode.priorTilt`: a factor on each symbol by its moving averages.
  public var trend = TrendOverlay()
  /// The yearly volatility that exposure aims at, from below: exposure never exceeds the gross
  /// limit to reach it. Nil holds the gross limit always.
  public var volatilityTarget: Double?
  public var variance: Variance
  public var covariance: CovarianceMethod
  /// Bars that `sample`, `ledoit_wolf`, `constant_correlation`, `oas` and `mixture` look back.
  public var window: Int
  /// Whether the covariance allows for markets that close at different times (`LagOneCorrection`).
  public var correctsLag: Bool
  /// The relative half-width of the no-trade band: a trade needs `|w − held| > band·max(|w|,|held|)`.
  public var band: Double
  /// The Sharpe ratio that the prior is assumed to earn a year; the unit of the tilt.
  public var sharpeOfPrior: Double
  /// The largest factor by which a tilt may raise a weight.
  public var tiltMax: Double
  /// Half-life of the volatilities, in bars of the covariance estimate (days by default).
  public var volatilityHalfLife: Double
  /// Half-life of the correlations, in the same bars.
  public var correlationHalfLife: Double
  /// Returns that a symbol must have before it is held.
  public var minimumObservations: Int

  public init(
    mode: Mode = .priorTilt, prior: SizingMethod = .equal, method: SizingMethod = .riskBudget,
    sizing: SizingOptions = SizingOptions(), volatilityTarget: Double? = 0.40,
    variance: Variance = .ewma, covariance: CovarianceMethod = .twoSpeed, window: Int = 252,
    correctsLag: Bool = false, band: Double = 0.25, sharpeOfPrior: Double = 0.5,
    tiltMax: Double = 2, volatilityHalfLife: Double = 20, correlationHalfLife: Double = 60,
    minimumObservations: Int = 60
  ) {
    self.mode = mode
    self.prior = prior
    self.method = method
    self.sizing = sizing
    self.volatilityTarget = volatilityTarget
    self.variance = variance
    self.covariance = covariance
    self.window = window
    self.correctsLag = correctsLag
    self.band = band
    self.sharpeOfPrior = sharpeOfPrior
    self.tiltMax = tiltMax
    self.volatilityHalfLife = volatilityHalfLife
    self.correlationHalfLife = correlationHalfLife
    self.minimumObservations = minimumObservations
  }

  /// Throws `AllocationError.invalidSetting` for the first value that makes no sense.
  public func validate() throws(AllocationError) {
    func require(_ holds: Bool, _ name: String, _ value: Double, _ rule: String)
      throws(AllocationError)
    {
      guard holds else { throw .invalidSetting(name: name, value: value, rule: rule) }
    }
    if let target = volatilityTarget {
      try require(target > 0 && target.isFinite, "volatilityTarget", target, "above 0")
    }
    try require(band >= 0 && band < 1, "band", band, "at least 0 and below 1")
    try require(
      sharpeOfPrior > 0 && sharpeOfPrior.isFinite, "sharpeOfPrior", sharpeOfPrior, "above 0")
    try require(tiltMax >= 1 && tiltMax.isFinite, "tiltMax", tiltMax, "at least 1")
    try require(
      volatilityHalfLife > 0 && volatilityHalfLife.isFinite, "volatilityHalfLife",
      volatilityHalfLife, "above 0")
    try require(
      correlationHalfLife > 0 && correlationHalfLife.isFinite, "correlationHalfLife",
      correlationHalfLife, "above 0")
    try require(
      minimumObservations >= 2, "minimumObservations", Double(minimumObservations), "at least 2")
    try require(window >= 2, "window", Double(window), "at least 2")
    if covariance.hasWindow {
      // No symbol would ever have the returns that it needs.
      try require(
        window >= minimumObservations, "window", Double(window),
        "at least minimumObservations, \(minimumObservations)")
    }
    guard prior != .conviction else { throw .unsuitablePrior(prior.rawValue) }
    try sizing.validate()
    try trend.validate()
  }
}
