/// What the out-of-sample record says about a timeframe's forecasts, and the weight that they earn.
public struct Calibration: Sendable, Equatable {
  /// Why the weight is what it is.
  public enum Verdict: String, Sendable {
    /// The record is better than noise at 5 % of this look; the forecast counts with `weight`.
    case open
    /// There is enough evidence, and it is no better than that of noise.
    case shut
    /// There is too little evidence to say anything.
    case cannotTell = "cannot tell"
    /// The user has switched the gate off.
    case off
    /// The timeframe has no forecast model.
    case noForecast = "no forecast"
  }

  /// The t beyond which a record counts: the one-sided 5 % point of the normal distribution, for one look.
  public static let criticalT = 1.645

  public var verdict: Verdict
  /// Multiplier of `sigma * f`, 0...1.
  public var weight: Double
  /// Slope of outcome on forecast through the origin; nil without evidence.
  public var slope: Double?
  /// HAC t-statistic of the per-time mean of forecast times outcome; nil without evidence.
  public var t: Double?
  /// (time, symbol) pairs of forecast and outcome.
  public var pairs: Int
  /// Pairs after discounting the correlation between symbols.
  public var effectivePairs: Double
  /// Bars a symbol that the record spans.
  public var times: Int

  public init(
    verdict: Verdict, weight: Double, slope: Double? = nil, t: Double? = nil, pairs: Int = 0,
    effectivePairs: Double = 0, times: Int = 0
  ) {
    self.verdict = verdict
    self.weight = weight
    self.slope = slope
    self.t = t
    self.pairs = pairs
    self.effectivePairs = effectivePairs
    self.times = times
  }

  /// The bars that proof at t = `criticalT` would take beyond those seen, if the t keeps
  /// growing as it did; nil where it already stands, or where the record shows nothing or points the
  /// wrong way.
  public var barsUntilProof: Int? {
    // A t up to a thousandth shows nothing: proof would take millions of times the bars seen, and with a
    // yet smaller one more than an integer counts.
    guard let t, t > 1e-3, t < Self.criticalT, times > 0 else { return nil }
    let factor = (Self.criticalT / t) * (Self.criticalT / t)
    return Int(Double(times) * (factor - 1)) + 1
  }
}
