import Kernels

extension HMMStart {
  /// Rows over which a variable's recent volatility is taken: short against a regime, long enough to
  /// tell one volatility from another.
  private static let volatilityRows = 20

  /// The same rows seen as the log of the mean square of the last `volatilityRows` of them, about the
  /// variable's mean.
  ///
  /// - Precondition: there is one variable.
  private var recentVolatility: HMMStart {
    precondition(x.columns == 1, "the volatility of one variable")
    let mean = x.elements.reduce(0, +) / Double(x.rows)
    let squares = x.elements.map { ($0 - mean) * ($0 - mean) }
    var logs: [Double] = []
    for t in 0..<x.rows {
      let window = squares[max(0, t + 1 - HMMStart.volatilityRows)...t]
      // A variable that stands still for a while is very calm, not minus infinity.
      let square = max(window.reduce(0, +) / Double(window.count), 1e-8 * variances[0])
      logs.append(Elementary.log(square))
    }
    let centre = logs.reduce(0, +) / Double(logs.count)
    let spread = logs.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(logs.count)
    let recent = Matrix(rows: x.rows, columns: 1, elements: logs)
    return HMMStart(
      x: recent, lanes: HMMLanes(recent, lengths: lanes.lengths, states: states),
      variances: [max(spread, 1e-12)], covariance: covariance)
  }

  /// Leaves clusters of recent volatility in `lanes` and returns points to take moments to: the mean
  /// of all rows, once a cluster.
  ///
  /// - Precondition: there is one variable.
  func volatilityCentres(_ random: inout CounterRandom) -> [Double] {
    let moved = recentVolatility
    _ = moved.lloyd(moved.seeds(random: &random))
    lanes.gamma.copy(moved.lanes.gamma)
    return (0..<states).flatMap { _ in columnMeans }
  }
}
