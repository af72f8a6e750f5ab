/// The forecast of the next bar's variance of one node.
///
/// The geometric mean of a regression on ranges and of a network, where both were fitted; else the one
/// that was; else the EWMA variance.
public struct VarianceModel: Sendable, Equatable {
  /// Decay of the EWMA variance, fitted on the training window by QLIKE. Everything else is relative
  /// to it, and the target of the mean forecast is in its sigmas.
  public var decay: Double
  public var regression: HARVariance?
  public var network: VarianceNetwork?

  public init(
    decay: Double, regression: HARVariance? = nil, network: VarianceNetwork? = nil
  ) {
    self.decay = decay
    self.regression = regression
    self.network = network
  }

  /// What is served.
  public var method: VarianceSettings.Method {
    network != nil ? .blend : regression != nil ? .har : .ewma
  }
}

/// The networks of a variance model: log-variance over the EWMA variance, mean of the members.
public struct VarianceNetwork: Sendable, Equatable {
  /// Fitted on the node's own training window, even when the networks are pooled.
  public var scaler: StandardScaler
  /// Networks that differ by their random start; pooled nodes hold copies of the same ones.
  public var members: [LSTMNetwork]
  /// What turns the expected range variance into the expected squared return, as a logarithm.
  public var level: Double

  public init(scaler: StandardScaler, members: [LSTMNetwork], level: Double) {
    self.scaler = scaler
    self.members = members
    self.level = level
  }

  /// Standardised, then squashed by tanh(x / 1.5), as the mean forecast's inputs are.
  func inputs(_ raw: [Double]) -> [Float] {
    scaler.squashed(raw).map { Float($0) }
  }
}

/// Which variance model a node came to have, and why it is not the one that was asked for.
public struct VarianceChoice: Sendable, Equatable, Codable {
  /// A `VarianceSettings.Method`.
  public var method: String
  /// Nil where it is the one that was asked for.
  public var reason: String?

  public init(method: VarianceSettings.Method, reason: String?) {
    self.method = method.rawValue
    self.reason = reason
  }
}
