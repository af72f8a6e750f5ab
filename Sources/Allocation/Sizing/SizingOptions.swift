/// What some of the sizing methods can be told.
public struct SizingOptions: Sendable, Equatable {
  /// `hrp`: how its tree joins clusters.
  public var linkage: TreeLinkage
  /// `min_variance`, `mean_variance` and `black_litterman`: what one weight may be.
  public var bounds: WeightBounds
  /// `mean_variance` and `black_litterman`: what a unit of variance costs in return.
  public var riskAversion: Double
  /// `black_litterman`: the uncertainty of the implied means, as a part of the covariance.
  public var tau: Double
  /// `kelly`: the part of the growth-optimal weights, at most a half.
  public var kellyFraction: Double

  public init(
    linkage: TreeLinkage = .single, bounds: WeightBounds = WeightBounds(),
    riskAversion: Double = 2.5, tau: Double = 0.05, kellyFraction: Double = 0.5
  ) {
    self.linkage = linkage
    self.bounds = bounds
    self.riskAversion = riskAversion
    self.tau = tau
    self.kellyFraction = kellyFraction
  }

  /// Throws `AllocationError.invalidSetting` for the first value that makes no sense.
  public func validate() throws(AllocationError) {
    let checks: [(name: String, value: Double, holds: Bool, rule: String)] = [
      (
        "bounds.lower", bounds.lower, bounds.lower >= 0 && bounds.lower <= bounds.upper,
        "from 0 to bounds.upper"
      ),
      (
        "bounds.upper", bounds.upper, bounds.upper > 0 && bounds.upper <= 1,
        "above 0 and at most 1"
      ),
      (
        "riskAversion", riskAversion, riskAversion > 0 && riskAversion.isFinite, "above 0"
      ),
      ("tau", tau, tau > 0 && tau.isFinite, "above 0"),
      (
        "kellyFraction", kellyFraction, kellyFraction > 0 && kellyFraction <= 0.5,
        "above 0 and at most 0.5"
      ),
    ]
    for check in checks where !check.holds {
      throw .invalidSetting(name: check.name, value: check.value, rule: check.rule)
    }
  }
}
