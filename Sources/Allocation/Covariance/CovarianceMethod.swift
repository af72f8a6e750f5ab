/// How volatilities and correlations are estimated: `allocation.covariance`.
public enum CovarianceMethod: String, Sendable, CaseIterable {
  /// Short memory for volatilities, long for correlations, shrunk; see `TwoSpeedCovariance`.
  case twoSpeed = "two_speed"
  /// The unbiased sample covariance of the window (divisor T − 1).
  case sample
  /// Exponential weights about zero, one half-life for everything; see `EWMACovariance`.
  case ewma
  /// The window's covariance shrunk to a multiple of the identity.
  case ledoitWolf = "ledoit_wolf"
  /// The window's covariance shrunk to constant correlation.
  case constantCorrelation = "constant_correlation"
  /// The window's covariance shrunk to a multiple of the identity, as is best for normal returns.
  case oas
  /// A covariance for each regime, mixed as likely as each is at the next bar; see
  /// `RegimeMixtureEstimator`.
  case mixture

  /// Whether it looks at a window of bars, none fading.
  public var hasWindow: Bool {
    switch self {
    case .twoSpeed, .ewma: false
    case .sample, .ledoitWolf, .constantCorrelation, .oas, .mixture: true
    }
  }

  /// Whether what it shrinks are correlations, to their mean; else it is the covariance, if anything.
  public var shrinksToMean: Bool { self == .twoSpeed || self == .constantCorrelation }
}
