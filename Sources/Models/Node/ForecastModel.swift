/// The forecast of the next bar's log return in EWMA sigmas: the mean of an LSTM ensemble, averaged
/// with a ridge regression.
public struct ForecastModel: Sendable, Equatable {
  /// Fitted on the node's own training window, even when the networks are pooled.
  public var scaler: StandardScaler
  /// Networks that differ by their random start; pooled nodes hold copies of the same ones.
  public var members: [LSTMNetwork]
  public var mode: ForecastMode
  /// Missing slots before a bar that a window may run over, as in training. Dense networks carry their state
  /// over any number.
  public var maxGap: Int
  public var ridge: Ridge?
  /// Standard deviation of the forecasts over the early-stopping window, in sigmas.
  public var deviation: Double
  /// Lag-1 autocorrelation of the forecasts there, clipped to 0...0.95.
  public var persistence: Double

  public init(
    scaler: StandardScaler, members: [LSTMNetwork], mode: ForecastMode, maxGap: Int, ridge: Ridge?,
    deviation: Double, persistence: Double
  ) {
    self.scaler = scaler
    self.members = members
    self.mode = mode
    self.maxGap = maxGap
    self.ridge = ridge
    self.deviation = deviation
    self.persistence = persistence
  }

  /// Whether no window runs on to this row from those before.
  func startsWindow(_ row: NodeRow) -> Bool {
    guard case .windowed = mode else { return false }
    return row.missingBefore > maxGap
  }

  /// The network's inputs: features standardised, then squashed by tanh(x / 1.5).
  public func inputs(_ features: [Double]) -> [Double] {
    scaler.squashed(features)
  }
}
