import Kernels

/// The smallest eigenvalue that a correlation matrix may have without being repaired.
let smallestEigenvalue = 1e-10

/// A correlation matrix without eigenvalues below `smallestEigenvalue`, or nil if the matrix given
/// has none such.
///
/// Eigenvalues are clipped and the diagonal brought back to 1 (Rebonato and Jäckel, "The most
/// general methodology to create a valid correlation matrix", 1999, section 3: spectral
/// decomposition). Off-diagonal elements move by about the size of the clipped eigenvalues.
///
/// - Parameter correlation: N×N, symmetric, diagonal 1.
func nearestCorrelation(_ correlation: Matrix) -> Matrix? {
  let n = correlation.rows
  var shifted = correlation.elements
  for i in 0..<n { shifted[i * n + i] -= smallestEigenvalue }
  if n == 0 || choleskyFactor(Matrix(square: n, shifted)) != nil { return nil }

  let (values, vectors) = symmetricEigen(correlation)
  // Twice the limit, so that neither rounding nor the new diagonal brings it below.
  let clipped = values.map { max($0, 2 * smallestEigenvalue) }
  var repaired = Array(repeating: 0.0, count: n * n)
  for i in 0..<n {
    for j in 0...i {
      var sum = 0.0
      for k in 0..<n { sum += vectors[i, k] * clipped[k] * vectors[j, k] }
      repaired[i * n + j] = sum
      repaired[j * n + i] = sum
    }
  }
  let scale = (0..<n).map { repaired[$0 * n + $0].squareRoot() }
  for i in 0..<n {
    for j in 0..<n {
      repaired[i * n + j] = i == j ? 1 : repaired[i * n + j] / (scale[i] * scale[j])
    }
  }
  return Matrix(square: n, repaired)
}

/// Eigenvalues (in no order) and eigenvectors (columns) of a symmetric matrix.
///
/// Cyclic Jacobi rotations (Golub and Van Loan, "Matrix computations", 4th ed., section 8.5) until
/// the elements off the diagonal are below rounding. It runs only where a matrix needs repair.
func symmetricEigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
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
  return ((0..<n).map { a[$0 * n + $0] }, Matrix(square: n, v))
}
