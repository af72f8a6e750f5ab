public import Market

extension VarianceModel {
  /// `variance.decay` and, as far as they were fitted, `variance.har.*` (float64) and
  /// `variance.scaler.*`, `variance.level`, `variance.member.K.lstm.*`, `variance.member.K.head.*`.
  public var tensors: [StoredTensor] {
    var tensors = [StoredTensor(name: "variance.decay", shape: [1], values: .float64([decay]))]
    if let regression {
      tensors += regression.regression.tensors(prefix: "variance.har")
      tensors.append(
        StoredTensor(name: "variance.har.level", shape: [], values: .float64([regression.level])))
    }
    if let network {
      tensors += network.scaler.tensors(prefix: "variance.scaler")
      tensors.append(
        StoredTensor(name: "variance.level", shape: [], values: .float64([network.level])))
      for (member, network) in network.members.enumerated() {
        tensors += network.tensors.map { StoredTensor($0, prefix: "variance.member.\(member).") }
      }
    }
    return tensors
  }

  /// Reads what `tensors` gives, among others.
  /// - Parameters:
  ///   - timeframe: of the bars, which decides how many columns the models read.
  ///   - hidden, headHidden, members: of the networks, within `LSTMShape`'s limits; nil and 0 where the
  ///     bundle has none.
  /// - Throws: `BundleError.unusableTensor` if one is absent, of another shape, or no number of a model.
  public init(
    tensors: [StoredTensor], timeframe: Timeframe, hidden: Int?, headHidden: Int?, members: Int
  ) throws(BundleError) {
    let decay = try tensors.float64("variance.decay", shape: [1])[0]
    guard decay >= 0, decay < 1 else {
      throw .unusableTensor(name: "variance.decay", reason: "it is not within 0..<1")
    }
    self.init(decay: decay)
    if tensors.contains(where: { $0.name.hasPrefix("variance.har.") }) {
      regression = HARVariance(
        regression: try Ridge(
          tensors: tensors, prefix: "variance.har",
          columns: VarianceInputs.termCount(timeframe)),
        level: try tensors.number("variance.har.level", in: HARVariance.levels))
    }
    guard tensors.contains(where: { $0.name.hasPrefix("variance.member.") }) else { return }
    guard let hidden, let headHidden, members > 0 else {
      throw .unusableTensor(
        name: "variance.member.*", reason: "the manifest names no shape of it")
    }
    let scaler = try StandardScaler(
      tensors: tensors, prefix: "variance.scaler",
      columns: VarianceInputs.networkCount(timeframe))
    let shape = LSTMShape(
      inputs: scaler.columns, hidden: hidden, regimes: 0, headHidden: headHidden)
    var networks: [LSTMNetwork] = []
    for member in 0..<members {
      networks.append(
        try LSTMNetwork(shape: shape, stored: tensors, prefix: "variance.member.\(member)."))
    }
    network = VarianceNetwork(
      scaler: scaler, members: networks,
      level: try tensors.number("variance.level", in: HARVariance.levels))
  }
}

extension LSTMNetwork {
  /// Reads a network whose tensors' names begin with `prefix` out of a bundle's.
  init(shape: LSTMShape, stored: [StoredTensor], prefix: String) throws(BundleError) {
    do {
      self = try LSTMNetwork(shape: shape, tensors: try stored.namedTensors(prefix: prefix))
    } catch let error as BundleError {
      throw error
    } catch {
      throw .unusableTensor(name: "\(prefix)*", reason: "\(error)")
    }
  }
}
