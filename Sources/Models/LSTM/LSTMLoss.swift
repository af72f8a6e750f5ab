import Kernels

/// What a network is trained to make small, averaged over all targets.
public enum LSTMLoss: Sendable, Hashable {
  /// `(f − y)²`.
  case squaredError
  /// `(f − y)² / 2` up to an error of delta, `delta·(|f − y| − delta / 2)` beyond (Huber 1964, in the
  /// scale of `torch.nn.HuberLoss`): outcomes far out pull with a force of delta, not with their size.
  case huber(delta: Float)
  /// `y·e^(−f) + f`: the forecast f is the logarithm of the expected y, y ≥ 0 a realised variance.
  ///
  /// Patton's (2011) QLIKE, `y/v − log(y/v) − 1` at v = e^f, without the terms that do not depend
  /// on f, so that y = 0 is allowed. Least at f = log E y; it can be negative.
  case qlike

  /// Returns the loss of a forecast.
  package func value(_ forecast: Float, _ target: Float) -> Float {
    switch self {
    case .squaredError: (forecast - target) * (forecast - target)
    case .huber(let delta): LSTMLoss.huber(abs(forecast - target), delta)
    case .qlike: target * Elementary.exp(-forecast) + forecast
    }
  }

  /// Returns the derivative of the loss with respect to the forecast.
  package func derivative(_ forecast: Float, _ target: Float) -> Float {
    switch self {
    case .squaredError: 2 * (forecast - target)
    case .huber(let delta): min(delta, max(-delta, forecast - target))
    case .qlike: 1 - target * Elementary.exp(-forecast)
    }
  }
  private static func huber(_ distance: Float, _ delta: Float) -> Float {
    distance <= delta ? 0.5 * distance * distance : delta * (distance - 0.5 * delta)
  }
}
