import Kernels

/// How small a volatility may be where it divides or is taken the logarithm of.
public enum VolatilityFloor {
  /// One part in 10^8 of the price a bar: far below one tick of anything that trades.
  public static let absolute = 1e-8

  /// The part of the usual volatility that a recent one counts as at least. A market that stands
  /// still for ten bars is very calm, `ln .02 = -3.9`, and not minus infinity.
  public static let ofUsual = 0.02

  /// `ln(recent)`, with recent at least `ofUsual` of the usual volatility and at least `absolute`.
  public static func log(_ recent: Double, usual: Double) -> Double {
    Elementary.log(max(recent, max(usual * ofUsual, absolute)))
  }

  /// `ln(recent / usual)`, at least `ln(ofUsual)`; 0 if neither reaches `absolute`.
  public static func logRatio(_ recent: Double, toUsual usual: Double) -> Double {
    let usual = max(usual, absolute)
    return Elementary.log(max(max(recent, absolute) / usual, ofUsual))
  }
}
