import Kernels

/// Allows for markets that close at different times: what happens after the first one's close moves
/// the second today and the first tomorrow, so that returns of the same bar correlate too little.
///
/// Half of the cross-products one bar apart is added, `Σ + (Γ₁ + Γ₁')/2` with `Γ₁ = E z_t z_{t−1}'`:
/// the long-run covariance of Newey and West, "A simple, positive semi-definite, heteroskedasticity and
/// autocorrelation consistent covariance matrix" (1987), with one lag. Its diagonal counts the
/// autocorrelation of each symbol as well.
struct LagOneCorrection {
  /// N×N, `Γ₁` in units of the volatilities of today and of yesterday.
  let correlation: [Double]

  init(correlation: [Double]) {
    self.correlation = correlation
  }

  /// Of a window of equal weights, with the divisor T as for the covariance itself.
  init(_ moments: WindowMoments) {
    let (n, rows) = (moments.count, moments.rows)
    guard n > 0, rows > 1 else {
      correlation = Array(repeating: 0, count: n * n)
      return
    }
    let today = Array(moments.centred[n...])
    let yesterday = Array(moments.centred[..<((rows - 1) * n)])
    var lagged = GramMatrix.of(today, yesterday, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        let scale = (moments.covariance[i * n + i] * moments.covariance[j * n + j]).squareRoot()
        lagged[i * n + j] /= max(1, moments.bars(i, j)) * scale
      }
    }
    correlation = lagged
  }

  /// The estimate with the correction; its correlations are made positive semidefinite where the
  /// weights are not those of the covariance itself, so that the sum can have negative eigenvalues.
  ///
  /// A volatility that would vanish, of returns that undo each other, keeps a hundredth.
  func applied(to estimate: CovarianceEstimate) -> CovarianceEstimate {
    let n = estimate.symbols.count
    var sum = estimate.correlation.elements
    for i in 0..<n {
      for j in 0..<n {
        sum[i * n + j] += (correlation[i * n + j] + correlation[j * n + i]) / 2
      }
    }
    let scale = (0..<n).map { max(1e-4, sum[$0 * n + $0]).squareRoot() }
    for i in 0..<n {
      for j in 0..<n {
        let value = sum[i * n + j] / (scale[i] * scale[j])
        sum[i * n + j] = i == j ? 1 : max(-1, min(1, value))
      }
    }
    let repaired = nearestCorrelation(Matrix(square: n, sum))
    return CovarianceEstimate(
      symbols: estimate.symbols,
      volatilities: zip(estimate.volatilities, scale).map { $0 * $1 },
      correlation: repaired ?? Matrix(square: n, sum), shrinkage: estimate.shrinkage,
      averageCorrelation: estimate.averageCorrelation, observations: estimate.observations,
      excluded: estimate.excluded, isRepaired: estimate.isRepaired || repaired != nil)
  }
}
