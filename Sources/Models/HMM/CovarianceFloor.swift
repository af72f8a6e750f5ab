import Kernels

/// The lowest covariance that a state may have: without one the likelihood runs to infinity on a
/// state of a few points, or on variables that all but determine each other.
struct CovarianceFloor {
  /// D: lowest variance of each variable.
  let variances: [Double]

  /// The floor of a variance that all variables share: as it is their mean, the mean of theirs.
  var spherical: Double { variances.reduce(0, +) / Double(variances.count) }

  /// Returns the most likely covariance of a Gaussian whose sample covariance is `sample`, among
  /// those that exceed the diagonal matrix F of `variances` by a positive semidefinite one.
  ///
  /// That is the sample covariance where it does. Else it is `F^1/2 V max(1, λ) V' F^1/2`, with
  /// `V λ V'` the eigendecomposition of `F^-1/2 sample F^-1/2` (as Won et al. 2013,
  /// "Condition-number-regularized covariance estimation", with the lower bound alone). Being a
  /// maximum, it keeps Baum-Welch monotone, which adding F would not. Where the eigenvalues span more than
  /// 1e12, the small ones are raised so that Cholesky's factor exists.
  ///
  /// - Parameter sample: D x D, symmetric.
  func applied(to sample: Matrix) -> Matrix {
    let n = sample.rows
    var excess = sample
    for d in 0..<n { excess[d, d] -= variances[d] }
    if choleskyFactor(excess) != nil, choleskyFactor(sample) != nil { return sample }

    let units = variances.map { $0.squareRoot() }
    var scaled = sample
    for i in 0..<n {
      for j in 0..<n { scaled[i, j] = sample[i, j] / (units[i] * units[j]) }
    }
    let (values, vectors) = symmetricEigen(scaled)
    let lowest = values.reduce(1) { max($0, 1e-12 * $1) }
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0...i {
        var sum = 0.0
        for e in 0..<n { sum += vectors[i, e] * max(values[e], lowest) * vectors[j, e] }
        result[i, j] = sum * (units[i] * units[j])
        result[j, i] = result[i, j]
      }
    }
    return result
  }
}

/// Returns the eigenvalues (in no order) and eigenvectors (columns) of a symmetric matrix, by
/// Jacobi's rotations in cyclic order (Golub & Van Loan, 4th ed., section 8.5).
private func symmetricEigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
  let n = matrix.rows
  var a = matrix
  var vectors = Matrix(rows: n, columns: n)
  for i in 0..<n { vectors[i, i] = 1 }
  // Convergence is quadratic; 32 x 32 takes about ten sweeps.
  for _ in 0..<60 {
    var isDiagonal = true
    for p in 0..<n {
      for q in (p + 1)..<max(n, p + 1) {
        let size = (a[p, p] * a[q, q]).magnitude.squareRoot()
        guard a[p, q].magnitude > 0x1p-52 * size, a[p, q] != 0 else { continue }
        isDiagonal = false
        let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
        let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for i in 0..<n {
          let (left, right) = (a[i, p], a[i, q])
          a[i, p] = c * left - s * right
          a[i, q] = s * left + c * right
        }
        for i in 0..<n {
          let (upper, lower) = (a[p, i], a[q, i])
          a[p, i] = c * upper - s * lower
          a[q, i] = s * upper + c * lower
          let (left, right) = (vectors[i, p], vectors[i, q])
          vectors[i, p] = c * left - s * right
          vectors[i, q] = s * left + c * right
        }
        a[p, q] = 0
        a[q, p] = 0
      }
    }
    if isDiagonal { break }
  }
  return ((0..<n).map { a[$0, $0] }, vectors)
}
