import Kernels
import Research

extension AllocationReport {
  /// The rows in the order of clusters; as they stand where none is known.
  var order: [Int] {
    clusterOrder.sorted() == Array(rows.indices) ? clusterOrder : Array(rows.indices)
  }

  /// The correlations of these rows; as they stand where their number does not fit.
  func correlation(in order: [Int]) -> Matrix {
    guard correlation.rows == order.count, correlation.columns == order.count else {
      return correlation
    }
    var matrix = correlation
    for (i, row) in order.enumerated() {
      for (j, column) in order.enumerated() { matrix[i, j] = correlation[row, column] }
    }
    return matrix
  }
}
