import Kernels

/// The number of returns of each column and their variance about their mean, divisor their number.
struct ColumnVariances {
  let counts: [Int]
  /// 0 for a column without a return.
  let variances: [Double]

  /// - Parameter returns: T×n, row by row; NaN is a missing return.
  init(_ returns: [Double], columns n: Int) {
    let (counts, sums) = ReturnsKernels.sums(returns, columns: n)
    let means = zip(sums, counts).map { $0 / max(1, $1) }
    let squares = ReturnsKernels.squares(returns, about: means)
    self.counts = counts.map { Int($0) }
    variances = zip(squares, counts).map { $0 / max(1, $1) }
  }
}
