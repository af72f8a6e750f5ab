/// What a node's models say at the close of a bar.
public struct NodeOutput: Sendable, Equatable {
  /// Forecast of the next bar's log return in sigmas; nil without a forecast model.
  public var forecast: Double?
  /// Standard deviation of the ensemble members' forecasts in sigmas, ddof 1: how unsure the model is
  /// of itself. Nil without a forecast or with one member.
  public var spread: Double?
  /// Forecast of the next bar's variance.
  public var variance: Double
  /// EWMA variance, in whose sigmas `forecast` is.
  public var targetVariance: Double
  public var regime: RegimeEstimate
}

/// Runs a node's models bar by bar: O(1) a bar, the state carried from the first bar on.
///
/// A batch is this very loop, so a backtest and a live feed cannot drift apart.
public struct NodeInference: Sendable {
  public let model: NodeModel
  private var filter: RegimeFilter
  private var variance: VarianceFilter
  private var servers: [LSTMServer]
  // What the networks read of the last row.
  private var inputs: [Float] = []
  private var regime: [Float] = []

  /// - Parameter enter: the filtered probability at which a regime label is entered.
  public init(_ model: NodeModel, enter: Double) {
    self.model = model
    filter = RegimeFilter(model.regime, threshold: enter)
    variance = VarianceFilter(model.variance)
    servers =
      model.forecast.map { forecast in
        forecast.members.map { LSTMServer(network: $0, mode: forecast.mode) }
      } ?? []
  }

  /// Takes in the next row. Returns nil until regime and variance are warm.
  /// - Parameter isAsked: whether a forecast is wanted; without, the row is only remembered, and what
  ///   is returned has none.
  public mutating func update(_ row: NodeRow, isAsked: Bool = true) -> NodeOutput? {
    variance.update(row)
    startWindow(at: row)
    guard let regime = filter.update(row.observation), let features = row.features else {
      return nil
    }
    let said = forecast(features, regime.posterior, isAsked)
    guard let estimate = variance.estimate else { return nil }
    return NodeOutput(
      forecast: said?.forecast, spread: said?.spread, variance: estimate.variance,
      targetVariance: estimate.ewma, regime: regime)
  }

  /// Takes in a row of the past, of which only the forecast is wanted: the state is as after `update`, and
  /// what is returned is the forecast that it would have returned.
  public mutating func pass(_ row: NodeRow, isAsked: Bool = true) -> Double? {
    variance.remember(row)
    startWindow(at: row)
    guard let posterior = filter.pass(row.observation), let features = row.features else {
      return nil
    }
    let said = forecast(features, posterior, isAsked)
    return variance.isWarm ? said?.forecast : nil
  }

  /// Estimates the variance by its EWMA alone from here on: all that a forecast in its sigmas needs.
  public mutating func forgetVarianceModel() { variance.forgetModel() }

  /// Forgets the window before a hole such as none was trained on.
  private mutating func startWindow(at row: NodeRow) {
    guard model.forecast?.startsWindow(row) == true else { return }
    for index in servers.indices { servers[index].reset() }
  }

  private mutating func forecast(
    _ features: [Double], _ posterior: [Double], _ isAsked: Bool
  ) -> (forecast: Double, spread: Double?)? {
    guard let forecast = model.forecast else { return nil }
    let squashed = forecast.inputs(features)
    inputs.removeAll(keepingCapacity: true)
    for value in squashed { inputs.append(Float(value)) }
    regime.removeAll(keepingCapacity: true)
    for probability in posterior { regime.append(Float(probability)) }
    var sum = 0.0
    // About the first member, so that members that agree lose no digits.
    var first: Double?
    var (moved, squared) = (0.0, 0.0)
    var isWarm = true
    for index in servers.indices {
      let value = servers[index].update(inputs: inputs, regime: regime, isAsked: isAsked)
      if let value {
        sum += Double(value)
        let distance = Double(value) - (first ?? Double(value))
        first = first ?? Double(value)
        moved += distance
        squared += distance * distance
      } else {
        isWarm = false
      }
    }
    guard isWarm else { return nil }
    let count = Double(servers.count)
    let spread =
      servers.count > 1
      ? (max(0, squared - moved * moved / count) / (count - 1)).squareRoot() : nil
    let ensemble = sum / count
    guard let ridge = forecast.ridge else { return (ensemble, spread) }
    return (0.5 * ensemble + 0.5 * ridge.predict(squashed), spread)
  }
}
