import Kernels

/// Correlations drawn to their mean, as far as they are uncertain: `(1−d)C + dF`, F constant, with the
/// Ledoit–Wolf intensity `d = min(1, noise / ‖C − F‖²)`.
struct ShrunkCorrelation {
  /// N×N; pairs that are not known stand at the average.
  let correlation: Matrix
  let intensity: Double
  /// Of the pairs that are known, before shrinking, which keeps it; 0 where there are none.
  let average: Double

  /// - Parameters:
  ///   - known: N×N, its upper triangle in use; NaN where a pair is not known.
  ///   - totals: over the pairs that are.
  ///   - shrinks: else the intensity is 0, whatever the noise.
  init(_ known: [Double], count n: Int, _ totals: PairTotals, shrinks: Bool) {
    let average = totals.count > 0 ? totals.sum / Double(totals.count) : 0
    var shrunk = known
    intensity = shrunk.withUnsafeMutableBufferPointer { c in
      var spread = 0.0
      for a in 0..<n {
        for b in (a + 1)..<n where !c[a * n + b].isNaN {
          let difference = c[a * n + b] - average
          spread += 2 * (difference * difference)
        }
      }
      let best = spread > 0 ? min(1, max(0, totals.noise / spread)) : 1
      let intensity = shrinks ? best : 0
      for a in 0..<n {
        c[a * n + a] = 1
        for b in (a + 1)..<n {
          let own = c[a * n + b]
          let value = own.isNaN ? average : (1 - intensity) * own + intensity * average
          c[a * n + b] = value
          c[b * n + a] = value
        }
      }
      return intensity
    }
    correlation = Matrix(square: n, shrunk)
    self.average = average
  }
}
