/// Eigenvalues (in no order) and eigenvectors (columns) of a symmetric N×N matrix.
///
/// Cyclic Jacobi rotations (Golub and Van Loan, "Matrix computations", 4th ed., section 8.5) until
/// the elements off the diagonal are below rounding.
///
/// - Precondition: `matrix` is square.
public func symmetricEigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
  precondition(matrix.rows == matrix.columns, "eigenvalues of a square matrix")
  let n = matrix.rows
  var a = matrix.elements
  var v = Array(repeating: 0.0, count: n * n)
  for i in 0..<n { v[i * n + i] = 1 }
  var norm = 0.0
  for element in a { norm += element * element }
  // Convergence is quadratic: about ten sweeps for hundreds of rows.
  for _ in 0..<60 {
    var offDiagonal = 0.0
    for p in 0..<n {
      for q in p + 1..<n { offDiagonal += a[p * n + q] * a[p * n + q] }
    }
    if offDiagonal <= 1e-32 * norm { break }
    for p in 0..<n {
      for q in p + 1..<n where a[p * n + q] != 0 {
        let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
        let root = (theta * theta + 1).squareRoot()
        let t = theta >= 0 ? 1 / (theta + root) : 1 / (theta - root)
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<n {
          let (x, y) = (a[k * n + p], a[k * n + q])
          a[k * n + p] = c * x - s * y
          a[k * n + q] = s * x + c * y
        }
        for k in 0..<n {
          let (x, y) = (a[p * n + k], a[q * n + k])
          a[p * n + k] = c * x - s * y
          a[q * n + k] = s * x + c * y
        }
        for k in 0..<n {
          let (x, y) = (v[k * n + p], v[k * n + q])
          v[k * n + p] = c * x - s * y
          v[k * n + q] = s * x + c * y
        }
      }
    }
  }
  var vectors = Matrix(rows: n, columns: n)
  vectors.elements = v
  return ((0..<n).map { a[$0 * n + $0] }, vectors)
}
