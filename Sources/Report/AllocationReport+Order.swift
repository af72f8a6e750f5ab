import Kernels
import Research

extension AllocationReport {
  /// The rows in the order of clusters; as they stand where none is known.
  var order: [Int] {
    clusterOrder.sorted() == Array(rows.indices) ? clusterOrder : Array(rows.indices)
  }

  /// The correlations before they were shrunk, in that order; nil where that is not known or changes
  /// nothing.
  var sampleInOrder: Matrix? {
    sampleCorrelation.flatMap { $0 == correlation ? nil : inOrder($0) }
  }

  /// Correlations of the rows in that order; nil where their number does not fit.
  func inOrder(_ correlation: Matrix) -> Matrix? {
    let order = order
    guard correlation.rows == order.count, correlation.columns == order.count else { return nil }
    var matrix = correlation
    for (i, row) in order.enumerated() {
      for (j, column) in order.enumerated() { matrix[i, j] = correlation[row, column] }
    }
    return matrix
  }
}
