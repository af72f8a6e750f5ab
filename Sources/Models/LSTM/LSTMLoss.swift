import Kernels

/// What a network is trained to make small, averaged over all targets.
public enum LSTMLoss: String, Sendable, Hashable, CaseIterable {
  /// `(f − y)²`.
  case squaredError
  /// `y·e^(−f) + f`: the forecast f is the logarithm of the expected y, y ≥ 0 a realised variance.
  ///
  /// Patton's (2011) QLIKE, `y/v − log(y/v) − 1` at v = e^f, without the terms that do not depend
  /// on f, so that y = 0 is allowed. Least at f = log E y; it can be negative.
  case qlike

  /// Returns the loss of a forecast.
  func value(_ forecast: Float, _ target: Float) -> Float {
    switch self {
    case .squaredError: (forecast - target) * (forecast - target)
    case .qlike: target * Elementary.exp(-forecast) + forecast
    }
  }

  /// Returns the derivative of the loss with respect to the forecast.
  func derivative(_ forecast: Float, _ target: Float) -> Float {
    switch self {
    case .squaredError: 2 * (forecast - target)
    case .qlike: 1 - target * Elementary.exp(-forecast)
    }
  }
}
