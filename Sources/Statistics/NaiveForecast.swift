/// Forecasts that any model must beat. They know what a forecaster knew.
public enum NaiveForecast: String, Sendable, CaseIterable {
  case zero
  /// The mean of the outcomes known by then.
  case mean
  /// The last outcome known by then.
  case previous

  /// One forecast an outcome; nil where nothing is known yet.
  ///
  /// - Parameters:
  ///   - outcomes: in order of time.
  ///   - horizon: h, in bars: outcome i is known at forecast i + h.
  /// - Precondition: `horizon >= 1`.
  public func values(for outcomes: [Double], horizon: Int = 1) -> [Double?] {
    precondition(horizon >= 1)
    var sum = 0.0
    return outcomes.indices.map { index in
      let known = index - horizon
      if known >= 0 { sum += outcomes[known] }
      switch self {
      case .zero: return 0
      case .mean: return known >= 0 ? sum / Double(known + 1) : nil
      case .previous: return known >= 0 ? outcomes[known] : nil
      }
    }
  }

  /// Squared error of the forecasts less that of this one, by index; nil where this one says nothing.
  ///
  /// - Precondition: both have the same length.
  public func lossDifferences(
    forecasts: [Double], outcomes: [Double], horizon: Int = 1
  ) -> [Double?] {
    precondition(forecasts.count == outcomes.count)
    return zip(values(for: outcomes, horizon: horizon), zip(forecasts, outcomes)).map {
      naive, pair in
      naive.map { naive in
        let (own, other) = (pair.1 - pair.0, pair.1 - naive)
        return own * own - other * other
      }
    }
  }
}
