import Kernels

extension HMMStart {
  /// Rows over which a variable's recent volatility is taken: short against a regime, long enough to
  /// tell one volatility from another.
  private static let volatilityRows = 20

  /// The same rows seen as the log of the mean square of the last `volatilityRows` of them, about the
  /// variable's mean.
  ///
  /// - Precondition: there is one variable.
  var recentVolatility: HMMStart {
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
    return HMMStart(
      x: Matrix(rows: x.rows, columns: 1, elements: logs), variances: [max(spread, 1e-12)],
      states: states, covariance: covariance)
  }

  /// K x D, row by row: means of the clusters' rows; an empty cluster has that of all rows.
  func clusterMeans(_ assignment: [Int]) -> [Double] {
    let width = x.columns
    var sums = Array(repeating: 0.0, count: states * width)
    var all = Array(repeating: 0.0, count: width)
    var counts = Array(repeating: 0, count: states)
    for (t, k) in assignment.enumerated() {
      counts[k] += 1
      for d in 0..<width {
        sums[k * width + d] += x.elements[t * width + d]
        all[d] += x.elements[t * width + d]
      }
    }
    return sums.indices.map { i in
      let count = counts[i / width]
      return count > 0 ? sums[i] / Double(count) : all[i % width] / Double(x.rows)
    }
  }
}
