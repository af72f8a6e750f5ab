import Kernels
import Models

/// The regime model: Baum-Welch, the default fit with its four starts, the online filter.
@MainActor
func measureHMM(_ session: Session) async throws {
  let small = GeneratedInputs.regimes(rows: 8760, columns: 2)
  for x in [GeneratedInputs.regimes(rows: 10_000, columns: 4), small] {
    let start = try startingModel(dimensions: x.columns)
    try session.share("hmm_x_\(x.columns)", x.elements)
    try session.share("hmm_means_\(x.columns)", start.means.elements)
    let name = "hmm fit T=\(x.rows) D=\(x.columns) K=3"
    try await session.measure(name, 50, "iteration") {
      try start.refined(on: x, iterations: 50)
    } value: {
      // The log-likelihood before the last step is what hmmlearn reports at its end.
      $0.history[49]
    }
  }
  try await session.measure("hmm default fit T=8760 D=2 K=3", 1, "fit") {
    try GaussianHMM.fit(small, random: GeneratedInputs.random("hmm"))
  } value: {
    $0.logLikelihood
  }

  let model = try RegimeModel(
    scaler: StandardScaler(fittedTo: small), hmm: startingModel(dimensions: 2))
  let rows: [[Double]?] = (0..<small.rows).map { Array(small.row($0)) }
  try await session.measure("hmm filter D=2 K=3", rows.count, "bar") {
    var filter = RegimeFilter(model)
    return rows.map { filter.update($0)?.confidence ?? .nan }
  } value: {
    checksum($0)
  }
  try session.finish("hmm")
}

/// Three states, .9 to stay, means apart, variances 1: where both programs start.
private func startingModel(dimensions: Int) throws -> GaussianHMM {
  let means = (0..<3).map { state in
    (0..<dimensions).map { 0.3 * (Double(state) - 1) * (Double($0) + 1) / Double(dimensions) }
  }
  let transition = (0..<3).map { i in (0..<3).map { i == $0 ? 0.9 : 0.05 } }
  return try GaussianHMM(
    start: Array(repeating: 1.0 / 3, count: 3), transition: Matrix(rows: transition),
    means: Matrix(rows: means),
    variances: Matrix(rows: 3, columns: dimensions, repeating: 1))
}
