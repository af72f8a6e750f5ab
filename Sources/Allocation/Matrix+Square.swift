import Kernels

extension Matrix {
  /// An N×N matrix of these elements, row by row.
  init(square n: Int, _ elements: [Double]) {
    self.init(rows: n, columns: n, elements: elements)
  }

  /// Some rows of a square matrix and the same columns, in the order given: the matrix itself where that
  /// is all of them.
  func part(_ rows: [Int]) -> Matrix {
    let n = rows.count
    if n == columns, rows.indices.allSatisfy({ rows[$0] == $0 }) { return self }
    let elements = elements
    var part: [Double] = []
    part.reserveCapacity(n * n)
    for i in rows {
      for j in rows { part.append(elements[i * columns + j]) }
    }
    return Matrix(square: n, part)
  }
}
