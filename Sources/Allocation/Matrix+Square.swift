import Kernels

extension Matrix {
  /// An N×N matrix of these elements, row by row.
  init(square n: Int, _ elements: [Double]) {
    self.init(rows: n, columns: n, repeating: 0)
    self.elements = elements
  }
}
