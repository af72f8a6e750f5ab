public import Market

extension NodeModel {
  /// All tensors of the node: `hmm.*`, `variance.*` and, with a forecast, `scaler.*`, `ridge.*`,
  /// `member.K.lstm.*`, `member.K.head.*` and `forecast.*`.
  public var tensors: [StoredTensor] {
    var tensors = regime.tensors
    tensors += variance.tensors
    guard let forecast else { return tensors }
    tensors += forecast.scaler.tensors(prefix: "scaler")
    if let ridge = forecast.ridge { tensors += ridge.tensors }
    for (member, network) in forecast.members.enumerated() {
      tensors += network.tensors.map { StoredTensor($0, prefix: "member.\(member).") }
    }
    tensors.append(
      StoredTensor(
        name: "forecast.deviation", shape: [1], values: .float64([forecast.deviation])))
    tensors.append(
      StoredTensor(
        name: "forecast.persistence", shape: [1], values: .float64([forecast.persistence])))
    return tensors
  }

  /// Reads what `tensors` gives.
  /// - Parameters:
  ///   - shape: of every network; nil where the bundle has no forecast.
  ///   - members: networks of the ensemble.
  ///   - maxGap: missing slots that a window may run over.
  ///   - variance: the node's variance model.
  /// - Throws: `BundleError.unusableTensor` if one is absent, of another shape, or no number of a model.
  public init(
    symbol: Symbol, timeframe: Timeframe, tensors: [StoredTensor], shape: LSTMShape?,
    members: Int, mode: ForecastMode, maxGap: Int, withRidge: Bool, variance: VarianceModel
  ) throws(BundleError) {
    self.init(
      symbol: symbol, timeframe: timeframe, regime: try RegimeModel(tensors: tensors),
      variance: variance, forecast: nil)
    guard let shape else { return }
    var networks: [LSTMNetwork] = []
    for member in 0..<members {
      networks.append(
        try LSTMNetwork(shape: shape, stored: tensors, prefix: "member.\(member)."))
    }
    forecast = ForecastModel(
      scaler: try StandardScaler(tensors: tensors, prefix: "scaler", columns: shape.inputs),
      members: networks, mode: mode, maxGap: maxGap,
      ridge: withRidge ? try Ridge(tensors: tensors, columns: shape.inputs) : nil,
      // In sigmas of the target: what is larger forecasts nothing.
      deviation: try tensors.number("forecast.deviation", shape: [1], in: 0...1e6),
      persistence: try tensors.number("forecast.persistence", shape: [1], in: 0...0.95))
  }
}
