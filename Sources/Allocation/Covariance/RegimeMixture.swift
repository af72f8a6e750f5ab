import Kernels

/// The mean and the covariance of returns that come from one of several regimes.
///
/// `μ = Σ p_k μ_k` and `Σ = Σ p_k (S_k + μ_k μ_k') − μμ'`: what the regimes differ in by their means is
/// risk as well.
/// - Parameters:
///   - probabilities: p, of the K regimes at the next bar; they sum to 1.
///   - means: K of N.
///   - covariances: K of N×N, each about its own mean.
public func regimeMixture(
  probabilities: [Double], means: [[Double]], covariances: [Matrix]
) -> (mean: [Double], covariance: Matrix) {
  precondition(
    means.count == probabilities.count && covariances.count == probabilities.count
      && !probabilities.isEmpty, "a mean and a covariance a regime")
  let n = means[0].count
  var mean = Array(repeating: 0.0, count: n)
  for (p, own) in zip(probabilities, means) {
    for i in 0..<n { mean[i] += p * own[i] }
  }
  var sum = Array(repeating: 0.0, count: n * n)
  for (k, p) in probabilities.enumerated() {
    for i in 0..<n {
      for j in 0..<n {
        // About the mixture's mean: the same as the definition, without its cancellation.
        let between = (means[k][i] - mean[i]) * (means[k][j] - mean[j])
        sum[i * n + j] += p * (covariances[k][i, j] + between)
      }
    }
  }
  return (mean, Matrix(square: n, sum))
}
