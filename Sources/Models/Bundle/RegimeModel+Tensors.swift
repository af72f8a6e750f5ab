import Kernels

extension RegimeModel {
  /// The model as float64 tensors `hmm.start` (K), `hmm.transition` (K x K), `hmm.means` (K x D),
  /// the covariances, `hmm.scaler.mean` and `hmm.scaler.scale` (D).
  ///
  /// Covariances are `hmm.variances` (diagonal: K x D, spherical: K), `hmm.covariances` (full:
  /// K x D x D) or `hmm.covariance` (tied: D x D). `hmm.order.mean` (1) is there where the states
  /// have the names of an order by mean.
  public var tensors: [StoredTensor] {
    var tensors = [
      StoredTensor(name: "hmm.start", shape: [states], values: .float64(hmm.start)),
      StoredTensor(name: "hmm.transition", hmm.transition),
      StoredTensor(name: "hmm.means", hmm.means),
      covarianceTensor,
    ]
    if names == RegimeModel.meanNames(states) && names != RegimeModel.volatilityNames(states) {
      tensors.append(StoredTensor(name: "hmm.order.mean", shape: [1], values: .float64([1])))
    }
    return tensors + scaler.tensors(prefix: "hmm.scaler")
  }

  private var covarianceTensor: StoredTensor {
    let width = hmm.dimensions
    switch hmm.covariance {
    case .diagonal(let variances): return StoredTensor(name: "hmm.variances", variances)
    case .tied(let matrix): return StoredTensor(name: "hmm.covariance", matrix)
    case .spherical(let variances):
      return StoredTensor(name: "hmm.variances", shape: [states], values: .float64(variances))
    case .full(let matrices):
      return StoredTensor(
        name: "hmm.covariances", shape: [states, width, width],
        values: .float64(matrices.flatMap(\.elements)))
    }
  }

  private static func meanNames(_ states: Int) -> [String] {
    StateOrder.mean(column: 0).names(states)
  }

  private static func volatilityNames(_ states: Int) -> [String] {
    StateOrder.volatility(returns: 0).names(states)
  }

  /// Reads what `tensors` gives, among other tensors. The numbers keep their bits.
  ///
  /// - Parameter names: names of the states; nil are those of the order that the tensors tell.
  /// - Throws: `BundleError.unusableTensor` if one is absent or of another shape, or together they
  ///   are no hidden Markov model.
  public init(tensors: [StoredTensor], names: [String]? = nil) throws(BundleError) {
    let start = try tensors.float64("hmm.start", shape: [nil])
    let states = start.count
    let scaler = try StandardScaler(tensors: tensors, prefix: "hmm.scaler")
    let width = scaler.columns
    if let names, names.count != states {
      throw BundleError.unusableTensor(
        name: "hmm.start", reason: "it has \(states) states, but \(names.count) names are given")
    }
    let transition = try tensors.float64("hmm.transition", shape: [states, states])
    let means = try tensors.float64("hmm.means", shape: [states, width])
    let covariance = try StateCovariance(tensors: tensors, states: states, dimensions: width)
    let hmm: GaussianHMM
    do {
      hmm = try GaussianHMM(
        start: start, transition: Matrix(rows: states, columns: states, elements: transition),
        means: Matrix(rows: states, columns: width, elements: means),
        covariance: covariance)
    } catch {
      throw BundleError.unusableTensor(name: "hmm.*", reason: error.description)
    }
    let isByMean = tensors.contains { $0.name == "hmm.order.mean" }
    self.init(
      scaler: scaler, hmm: hmm, names: names ?? (isByMean ? RegimeModel.meanNames(states) : nil))
  }
}

extension StateCovariance {
  /// Reads whichever covariances are there; without any, diagonal ones are missed.
  fileprivate init(
    tensors: [StoredTensor], states: Int, dimensions: Int
  ) throws(BundleError) {
    let names = tensors.map(\.name)
    let square = dimensions * dimensions
    if names.contains("hmm.covariances") {
      let elements = try tensors.float64(
        "hmm.covariances", shape: [states, dimensions, dimensions])
      self = .full(
        (0..<states).map { k in
          Matrix(
            rows: dimensions, columns: dimensions,
            elements: Array(elements[(k * square)..<((k + 1) * square)]))
        })
    } else if names.contains("hmm.covariance") {
      self = .tied(
        Matrix(
          rows: dimensions, columns: dimensions,
          elements: try tensors.float64("hmm.covariance", shape: [dimensions, dimensions])))
    } else if tensors.contains(where: { $0.name == "hmm.variances" && $0.shape.count == 1 }) {
      self = .spherical(try tensors.float64("hmm.variances", shape: [states]))
    } else {
      self = .diagonal(
        Matrix(
          rows: states, columns: dimensions,
          elements: try tensors.float64("hmm.variances", shape: [states, dimensions])))
    }
  }
}

extension StoredTensor {
  /// A matrix as a float64 tensor.
  init(name: String, _ matrix: Matrix) {
    self.init(
      name: name, shape: [matrix.rows, matrix.columns], values: .float64(matrix.elements))
  }
}
