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
