import Kernels

/// A Gaussian hidden Markov model out of hmmlearn's parameters, as `Benchmarks/peers/export_hmmlearn.py`
/// writes them: float64 tensors `startprob` (K), `transmat` (K x K), `means` (K x D), one of
/// `covars.diag` (K x D), `covars.full` (K x D x D), `covars.tied` (D x D), `covars.spherical` (K), and
/// `scaler.mean`, `scaler.scale` (D) where the observations were standardised before.
extension ImportedTensors {
  /// Returns the model with its states in the file's order, named by number.
  ///
  /// Without a scaler in the file the model observes natural units, as hmmlearn did.
  public func regimeModel() throws(ModelImportError) -> RegimeModel {
    let hint =
      "Benchmarks/peers/export_hmmlearn.py writes startprob, transmat, means and covars.TYPE"
    let start = try float64("startprob", shape: [nil], called: "[states]", hint: hint)
    let states = start.count
    let transition = try float64(
      "transmat", shape: [states, states], called: "[\(states), \(states)]", hint: hint)
    let means = try float64(
      "means", shape: [states, nil], called: "[\(states), variables]", hint: hint)
    let width = means.count / max(1, states)
    let scaler =
      try scaler()
      ?? StandardScaler(
        mean: Array(repeating: 0, count: width), scale: Array(repeating: 1, count: width))
    guard scaler.columns == width, width > 0 else {
      throw .shape(
        file: file, tensor: "scaler.mean", found: [scaler.columns], expected: "[\(width)]")
    }
    let covariance = try covariance(states, width, hint: hint)
    let known = ["startprob", "transmat", "means", "scaler.mean", "scaler.scale"]
    let covariances = CovarianceType.allCases.map { ImportedTensors.covarianceName($0) }
    if let other = tensors.map(\.name).sorted().first(where: {
      !known.contains($0) && !covariances.contains($0)
    }) {
      throw .unexpected(file: file, tensor: other, hint: hint)
    }
    do {
      let hmm = try GaussianHMM(
        start: start, transition: matrix(transition[...], states, states),
        means: matrix(means[...], states, width), covariance: covariance)
      return RegimeModel(
        scaler: scaler, hmm: hmm, names: (0..<states).map { "state \($0 + 1)" })
    } catch {
      throw .noModel(file: file, reason: error.description)
    }
  }

  private static func covarianceName(_ type: CovarianceType) -> String {
    "covars." + (type == .diagonal ? "diag" : type.rawValue)
  }

  private func covariance(
    _ states: Int, _ width: Int, hint: String
  ) throws(ModelImportError) -> StateCovariance {
    let given = CovarianceType.allCases.filter { contains(ImportedTensors.covarianceName($0)) }
    guard let type = given.first else {
      throw .missing(file: file, tensor: "covars.diag (or full, tied, spherical)", hint: hint)
    }
    guard given.count == 1 else {
      throw .unexpected(
        file: file, tensor: ImportedTensors.covarianceName(given[1]),
        hint: "a model has covariances of one type")
    }
    let shape =
      switch type {
      case .diagonal: [states, width]
      case .full: [states, width, width]
      case .tied: [width, width]
      case .spherical: [states]
      }
    let values = try float64(
      ImportedTensors.covarianceName(type), shape: shape, called: "\(shape)", hint: hint)
    let square = width * width
    switch type {
    case .diagonal: return .diagonal(matrix(values[...], states, width))
    case .spherical: return .spherical(values)
    case .tied: return .tied(matrix(values[...], width, width))
    case .full:
      return .full(
        (0..<states).map { matrix(values[$0 * square..<($0 + 1) * square], width, width) })
    }
  }

  private func matrix(_ values: ArraySlice<Double>, _ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: Array(values))
  }
}

extension RegimeModel {
  /// Returns the model with its states in an order and named by it, and what was where: state k is the
  /// old state `permutation[k]`.
  ///
  /// - Parameters:
  ///   - observations: T x D in natural units, and
  ///   - returns: T log returns of the same bars: for the orders that are of returns.
  public func ordered(
    by order: StateOrder, observations: Matrix, returns: [Double]
  ) -> (model: RegimeModel, permutation: [Int]) {
    let permutation =
      order.isOfReturns
      ? order.permutation(of: hmm, scaler.transform(observations), returns: returns)
      : order.permutation(of: hmm, scale: scaler.scale)
    let model = RegimeModel(
      scaler: scaler, hmm: hmm.permuted(permutation), names: order.names(states))
    return (model, permutation)
  }
}
