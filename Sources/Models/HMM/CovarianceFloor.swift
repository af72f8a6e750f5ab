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
