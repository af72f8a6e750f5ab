import Kernels

/// The smallest eigenvalue that a correlation matrix may have without being repaired.
let smallestEigenvalue = 1e-10

/// A bound on eigenvalues that rounding cannot bring below `smallestEigenvalue`, whatever N.
private let beyondRounding = 1e-8

/// The smallest eigenvalue of correlations that are all the same: `1 − r̄`, or `1 + (N−1) r̄` where
/// that is less.
func smallestEigenvalue(ofConstant correlation: Double, count: Int) -> Double {
  min(1 - correlation, 1 + Double(count - 1) * correlation)
}

/// A correlation matrix without eigenvalues below `smallestEigenvalue`, or nil if the matrix given
/// has none such.
///
/// Eigenvalues are clipped and the diagonal brought back to 1 (Rebonato and Jäckel, "The most
/// general methodology to create a valid correlation matrix", 1999, section 3: spectral
/// decomposition). Off-diagonal elements move by about the size of the clipped eigenvalues.
///
/// - Parameters:
///   - correlation: N×N, symmetric, diagonal 1.
///   - least: what its smallest eigenvalue is known to be at least, but for rounding; 0 where nothing
///     is known. A matrix that was shrunk far enough needs no factor to be trusted.
func nearestCorrelation(_ correlation: Matrix, eigenvaluesAtLeast least: Double = 0) -> Matrix? {
  let n = correlation.rows
  if least > beyondRounding { return nil }
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
