/// Shrinkage of a covariance to constant correlation: Ledoit and Wolf, "Honey, I shrunk the sample
/// covariance matrix" (2004), appendix B.
///
/// The target F has the sample's variances, and every correlation is the mean r̄ of the sample's. With
/// π the variance of the elements, ρ their covariance with the target's and γ = ‖F − S‖², the intensity
/// is `(π − ρ)/γ`, within 0...1. Moments have the divisor T, as the authors' programs.
extension WindowMoments {
  func shrunkToConstantCorrelation() -> (
    covariance: [Double], intensity: Double, averageCorrelation: Double
  ) {
    let n = count
    let deviations = (0..<n).map { covariance[$0 * n + $0].squareRoot() }
    var sum = 0.0
    for i in 0..<n {
      for j in 0..<n where i != j {
        sum += covariance[i * n + j] / (deviations[i] * deviations[j])
      }
    }
    let average = n > 1 ? sum / Double(n * (n - 1)) : 0
    var target = covariance
    var spread = 0.0
    for i in 0..<n {
      for j in 0..<n where i != j {
        target[i * n + j] = average * deviations[i] * deviations[j]
        let difference = target[i * n + j] - covariance[i * n + j]
        spread += difference * difference
      }
    }
    let shared = covarianceWithTarget(deviations, average)
    let intensity = spread > 0 ? max(0, min(1, (noise - shared) / spread)) : 1
    let shrunk = zip(covariance, target).map { (1 - intensity) * $0 + intensity * $1 }
    return (shrunk, intensity, average)
  }

  /// `Σ_i Var(S_ii) + r̄ Σ_{i≠j} √(S_jj/S_ii) Cov(S_ii, S_ij)`, the latter from `z_i³ z_j`.
  ///
  /// Where every return is there, the sum over pairs of a bar is a product of two sums over symbols.
  private func covarianceWithTarget(_ deviations: [Double], _ average: Double) -> Double {
    let n = count
    var diagonal = 0.0
    for i in 0..<n {
      var fourth = 0.0
      for t in 0..<rows {
        let square = centred[t * n + i] * centred[t * n + i]
        fourth += square * square
      }
      let (bars, variance) = (bars(i, i), covariance[i * n + i])
      diagonal += (fourth / bars - variance * variance) / bars
    }
    var pairs = 0.0
    if common == nil {
      var products = 0.0
      for t in 0..<rows {
        var (cubes, values, same) = (0.0, 0.0, 0.0)
        for i in 0..<n {
          let z = centred[t * n + i]
          cubes += z * z * z / deviations[i]
          values += deviations[i] * z
          same += z * z * z * z
        }
        products += cubes * values - same
      }
      var expected = 0.0
      for i in 0..<n {
        for j in 0..<n where i != j {
          expected += deviations[i] * deviations[j] * covariance[i * n + j]
        }
      }
      let bars = Double(rows)
      pairs = (products / bars - expected) / bars
    } else {
      let products = GramMatrix.of(centred.map { $0 * $0 * $0 }, centred, columns: n)
      for i in 0..<n {
        for j in 0..<n where i != j && bars(i, j) > 0 {
          let bars = bars(i, j)
          let covaries =
            products[i * n + j] / bars - covariance[i * n + i] * covariance[i * n + j]
          pairs += deviations[j] / deviations[i] * covaries / bars
        }
      }
    }
    return diagonal + average * pairs
  }
}
