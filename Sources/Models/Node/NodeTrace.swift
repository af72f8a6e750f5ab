public import Market

/// What a node's models read and said at the close of one bar, part by part.
public struct NodeTraceRow: Sendable, Equatable {
  public var knownAt: Timestamp
  /// In natural units; nil while an indicator warms up.
  public var features: [Double]?
  /// In natural units.
  public var observation: [Double]?
  /// Filtered regime probabilities; nil without an observation.
  public var posterior: [Double]?
  /// What the networks read: features standardised and squashed. Nil where they read nothing.
  public var inputs: [Float]?
  /// The forecast of each network; nil while a window fills, at the beginning and after a hole.
  public var networks: [Float?]
  /// What the variance model reads (`VarianceReadings`); nil in its warm-up, and where a price has stood
  /// still for so long that its variance is the EWMA's.
  public var varianceReadings: [Double]?
  /// What the node says; nil until regime and variance are warm.
  public var output: NodeOutput?
}

/// Runs a node's models bar by bar beside `NodeInference` and keeps what goes in and out of each: for
/// readers who check or train models with other programs.
public struct NodeTrace: Sendable {
  private let model: NodeModel
  private var inference: NodeInference
  private var filter: RegimeFilter
  private var servers: [LSTMServer]
  private var variance: VarianceInputStream

  public init(_ model: NodeModel, enter: Double) {
    self.model = model
    inference = NodeInference(model, enter: enter)
    filter = RegimeFilter(model.regime, threshold: enter)
    servers =
      model.forecast.map { forecast in
        forecast.members.map { LSTMServer(network: $0, mode: forecast.mode) }
      } ?? []
    variance = VarianceInputStream(decay: model.variance.decay)
  }

  public mutating func update(_ row: NodeRow) -> NodeTraceRow {
    var trace = NodeTraceRow(
      knownAt: row.knownAt, features: row.features, observation: row.observation, posterior: nil,
      inputs: nil, networks: servers.map { _ in nil },
      varianceReadings: variance.update(row).flatMap { VarianceReadings.values(row, $0) },
      output: inference.update(row))
    trace.posterior = filter.update(row.observation)?.posterior
    if model.forecast?.startsWindow(row) == true {
      for index in servers.indices { servers[index].reset() }
    }
    guard let forecast = model.forecast, let features = row.features,
      let posterior = trace.posterior
    else { return trace }
    let inputs = forecast.inputs(features).map { Float($0) }
    let regime = posterior.map { Float($0) }
    trace.inputs = inputs
    for index in servers.indices {
      trace.networks[index] = servers[index].update(inputs: inputs, regime: regime)
    }
    return trace
  }
}
