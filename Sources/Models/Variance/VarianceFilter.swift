import Kernels

/// What is expected of the next return at the close of a bar.
public struct VarianceEstimate: Sendable, Equatable {
  /// The EWMA variance, in whose sigmas the mean is forecast.
  public var ewma: Double
  /// The forecast variance: the model's where it is warm, else the EWMA variance.
  public var variance: Double
  /// The model's parts; nil where they were not fitted or are not warm.
  public var regression: Double?
  public var network: Double?
}

/// Runs a variance model bar by bar: O(1) a bar, the state carried from the first bar on.
///
/// A batch is this very loop, so a backtest and a live feed cannot drift apart.
public struct VarianceFilter: Sendable {
  public private(set) var model: VarianceModel
  private var inputs: VarianceInputStream
  private var servers: [LSTMServer]

  public init(_ model: VarianceModel) {
    self.model = model
    inputs = VarianceInputStream(decay: model.decay)
    // Served by carrying the state, whatever chunks the training was cut into.
    servers = (model.network?.members ?? []).map {
      LSTMServer(network: $0, mode: .dense(chunk: 2, burnIn: 1))
    }
  }

  /// The estimate after the last row; nil in the EWMA's warm-up, and after a row that was only
  /// remembered.
  public private(set) var estimate: VarianceEstimate?

  /// Whether the EWMA is warm.
  var isWarm: Bool { inputs.ewma != nil }

  /// Takes in the next row.
  public mutating func update(_ row: NodeRow) {
    let isRead = model.network != nil || model.regression != nil
    let read = inputs.update(row, isRead: isRead)
    guard let ewma = inputs.ewma else { return }
    var said = VarianceEstimate(ewma: ewma, variance: ewma, regression: nil, network: nil)
    if let read {
      let regression = model.regression?.logRatio(read.terms)
      let network = forecast(read.network)
      said.regression = regression.map { ewma * Elementary.exp($0) }
      said.network = network.map { ewma * Elementary.exp($0) }
      // With one of the two the mean is that one.
      let parts = [regression, network].compactMap { $0 }
      if !parts.isEmpty {
        let logRatio = parts.reduce(0, +) / Double(parts.count)
        said.variance = ewma * Elementary.exp(logRatio)
      }
    }
    estimate = said
  }

  /// Takes in a row of the past, after which no estimate is wanted.
  mutating func remember(_ row: NodeRow) {
    let read = inputs.update(row, isRead: model.network != nil)
    estimate = nil
    if let read { _ = forecast(read.network, isAsked: false) }
  }

  /// Follows the EWMA variance alone from here on.
  mutating func forgetModel() {
    model.regression = nil
    model.network = nil
    servers = []
  }

  private mutating func forecast(_ raw: [Double], isAsked: Bool = true) -> Double? {
    guard let network = model.network else { return nil }
    let scaled = network.inputs(raw)
    var sum = 0.0
    var isWarm = true
    for index in servers.indices {
      if let value = servers[index].update(inputs: scaled, regime: [], isAsked: isAsked) {
        sum += Double(value)
      } else {
        isWarm = false
      }
    }
    return isWarm ? sum / Double(servers.count) + network.level : nil
  }
}
