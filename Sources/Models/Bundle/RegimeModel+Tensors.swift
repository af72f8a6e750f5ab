import Kernels

extension RegimeModel {
  /// The model as float64 tensors `hmm.start` (K), `hmm.transition` (K x K), `hmm.means` and
  /// `hmm.variances` (K x D), `hmm.scaler.mean` and `hmm.scaler.scale` (D).
  public var tensors: [StoredTensor] {
    [
      StoredTensor(name: "hmm.start", shape: [states], values: .float64(hmm.start)),
      StoredTensor(name: "hmm.transition", hmm.transition),
      StoredTensor(name: "hmm.means", hmm.means),
      StoredTensor(name: "hmm.variances", hmm.variances),
    ] + scaler.tensors(prefix: "hmm.scaler")
  }

  /// Reads what `tensors` gives, among other tensors. The numbers keep their bits.
  ///
  /// - Parameter names: names of the states; nil are those of states ordered by volatility.
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
    let variances = try tensors.float64("hmm.variances", shape: [states, width])
    let hmm: GaussianHMM
    do {
      hmm = try GaussianHMM(
        start: start, transition: Matrix(rows: states, columns: states, elements: transition),
        means: Matrix(rows: states, columns: width, elements: means),
        variances: Matrix(rows: states, columns: width, elements: variances))
    } catch {
      throw BundleError.unusableTensor(name: "hmm.*", reason: error.description)
    }
    self.init(scaler: scaler, hmm: hmm, names: names)
  }
}

extension StoredTensor {
  /// A matrix as a float64 tensor.
  init(name: String, _ matrix: Matrix) {
    self.init(
      name: name, shape: [matrix.rows, matrix.columns], values: .float64(matrix.elements))
  }
}
