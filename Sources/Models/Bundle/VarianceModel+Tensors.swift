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
  ///   - headHidden: of the networks; nil where the bundle has none.
  /// - Throws: `BundleError.unusableTensor` if one is absent or of another shape.
  public init(tensors: [StoredTensor], hidden: Int?, headHidden: Int?, members: Int)
    throws(BundleError)
  {
    let decay = try tensors.float64("variance.decay", shape: [1])[0]
    guard decay >= 0, decay < 1 else {
      throw .unusableTensor(name: "variance.decay", reason: "it is not within 0..<1")
    }
    self.init(decay: decay)
    if tensors.contains(where: { $0.name.hasPrefix("variance.har.") }) {
      regression = HARVariance(
        regression: try Ridge(tensors: tensors, prefix: "variance.har"),
        level: try tensors.float64("variance.har.level", shape: [])[0])
    }
    guard tensors.contains(where: { $0.name.hasPrefix("variance.member.") }) else { return }
    guard let hidden, let headHidden else {
      throw .unusableTensor(
        name: "variance.member.*", reason: "the manifest names no shape of it")
    }
    let scaler = try StandardScaler(tensors: tensors, prefix: "variance.scaler")
    let shape = LSTMShape(
      inputs: scaler.columns, hidden: hidden, regimes: 0, headHidden: headHidden)
    var networks: [LSTMNetwork] = []
    for member in 0..<members {
      networks.append(
        try LSTMNetwork(shape: shape, stored: tensors, prefix: "variance.member.\(member)."))
    }
    network = VarianceNetwork(
      scaler: scaler, members: networks,
      level: try tensors.float64("variance.level", shape: [])[0])
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
