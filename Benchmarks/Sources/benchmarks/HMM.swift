import Kernels
import Models

/// The regime model: Baum-Welch, the default fit with its four starts, filter and Viterbi.
@MainActor
func measureHMM(_ session: Session) async throws {
  session.begin("hmm")
  let large = GeneratedInputs.regimes(rows: 10_000, columns: 4)
  let small = GeneratedInputs.regimes(rows: 8760, columns: 2)
  // As many variables and states as a model may have.
  let widest = GeneratedInputs.regimes(rows: 10_000, columns: 32)
  for (x, states, full) in [
    (large, 3, true), (large, 3, false), (small, 3, false), (widest, 8, true), (widest, 8, false),
  ] {
    let start = try startingModel(states: states, dimensions: x.columns, full: full)
    try session.share("hmm_x_\(x.columns)", x.elements)
    try session.share("hmm_means_\(x.columns)", start.means.elements)
    let type = full ? "full" : "diag"
    try await session.measure(
      "hmm fit T=\(x.rows) D=\(x.columns) K=\(states) \(type)", 50, "iteration",
      goals: full ? [.times(12, than: "hmmlearn")] : []
    ) {
      try start.refined(on: x, iterations: 50)
    } value: {
      // The log-likelihood before each iteration.
      checksum($0.history.prefix(50))
    }
  }
  try await session.measure("hmm default fit T=8760 D=2 K=3, 4 starts", 1, "fit") {
    try GaussianHMM.fit(small, random: GeneratedInputs.random("hmm"))
  } value: {
    $0.logLikelihood
  }
  try await measureLong(session)

  let model = try RegimeModel(
    scaler: StandardScaler(fittedTo: small),
    hmm: startingModel(states: 3, dimensions: 2, full: false))
  let rows: [[Double]?] = (0..<small.rows).map { Array(small.row($0)) }
  try await session.measure("hmm filter, one more bar, D=2 K=3", rows.count, "bar") {
    var filter = RegimeFilter(model)
    return rows.map { filter.update($0)?.confidence ?? .nan }
  } value: {
    checksum($0)
  }
}

/// Forward filter and Viterbi path over 100 000 bars.
@MainActor
private func measureLong(_ session: Session) async throws {
  let x = GeneratedInputs.regimes(rows: 100_000, columns: 4)
  let model = try startingModel(states: 3, dimensions: 4, full: true)
  try session.share("hmm_long", x.elements)
  try await session.measure(
    "hmm forward filter T=100 000 D=4 K=3", 1, "pass", goals: [.times(8, than: "hmmlearn")]
  ) {
    model.filter(x)
  } value: {
    checksum($0.elements)
  }
  try await session.measure("hmm log-likelihood T=100 000 D=4 K=3", 1, "pass") {
    model.logLikelihood(x)
  } value: {
    $0
  }
  try await session.measure(
    "hmm Viterbi T=100 000 D=4 K=3", 1, "pass", goals: [.times(8, than: "hmmlearn")]
  ) {
    model.likeliestPath(x)
  } value: {
    checksum($0.states.map(Double.init)) + $0.logProbability
  }
}

/// States of .9 to stay, means apart, variances 1: where both programs start.
private func startingModel(states: Int, dimensions: Int, full: Bool) throws -> GaussianHMM {
  let middle = Double(states - 1) / 2
  let means = (0..<states).map { state in
    (0..<dimensions).map { 0.3 * (Double(state) - middle) * (Double($0) + 1) / Double(dimensions) }
  }
  let away = 0.1 / Double(states - 1)
  let transition = (0..<states).map { i in (0..<states).map { i == $0 ? 0.9 : away } }
  let variances = Matrix(rows: states, columns: dimensions, repeating: 1)
  let identity = Matrix(
    rows: (0..<dimensions).map { i in (0..<dimensions).map { i == $0 ? 1 : 0 } })
  return try GaussianHMM(
    start: Array(repeating: 1 / Double(states), count: states),
    transition: Matrix(rows: transition),
    means: Matrix(rows: means),
    covariance: full
      ? .full(Array(repeating: identity, count: states)) : .diagonal(variances))
}
