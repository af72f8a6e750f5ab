/// The number of returns of each column and their variance about their mean, divisor their number.
struct ColumnVariances {
  let counts: [Int]
  /// 0 for a column without a return.
  let variances: [Double]

  /// - Parameter returns: T×n, row by row, read in the order of memory; NaN is a missing return.
  init(_ returns: [Double], columns n: Int) {
    let rows = n == 0 ? 0 : returns.count / n
    var counts = Array(repeating: 0, count: n)
    var (means, variances) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n))
    for t in 0..<rows {
      for i in 0..<n where !returns[t * n + i].isNaN {
        counts[i] += 1
        means[i] += returns[t * n + i]
      }
    }
    for i in 0..<n { means[i] /= Double(max(1, counts[i])) }
    for t in 0..<rows {
      for i in 0..<n where !returns[t * n + i].isNaN {
        let difference = returns[t * n + i] - means[i]
        variances[i] += difference * difference
      }
    }
    for i in 0..<n { variances[i] /= Double(max(1, counts[i])) }
    self.counts = counts
    self.variances = variances
  }
}
