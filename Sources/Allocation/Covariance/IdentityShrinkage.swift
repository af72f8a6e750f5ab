/// Shrinkage of a covariance to a multiple of the identity, `(1 − d) S + d μ I` with `μ = tr S / N`.
extension WindowMoments {
  /// The intensity of Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
  /// matrices" (2004): `Σ Var(S_ij) / ‖S − μI‖²`, at most 1. It is scikit-learn's `LedoitWolf`.
  var ledoitWolfIntensity: Double {
    let spread = distanceToIdentity
    guard spread > 0 else { return 0 }
    return min(1, noise / spread)
  }

  /// The intensity of Chen, Wiesel, Eldar and Hero, "Shrinkage algorithms for MMSE covariance
  /// estimation" (2010), section III.C, as scikit-learn's `OAS` has it.
  ///
  /// It knows no variance of the elements, only the number of bars: with holes, the mean of the pairs'.
  var oracleApproximatingIntensity: Double {
    let n = Double(count)
    var (squares, bars) = (0.0, 0.0)
    for i in 0..<count {
      for j in 0..<count {
        squares += covariance[i * count + j] * covariance[i * count + j]
        bars += self.bars(i, j)
      }
    }
    let (mean, scale) = (squares / (n * n), meanVariance)
    let spread = (bars / (n * n) + 1) * (mean - scale * scale / n)
    guard spread > 0 else { return 1 }
    return min(1, (mean + scale * scale) / spread)
  }

  /// `(1 − d) S + d μ I`.
  func shrunkToIdentity(_ intensity: Double) -> [Double] {
    let scale = meanVariance
    var shrunk = covariance
    shrunk.withUnsafeMutableBufferPointer { shrunk in
      for entry in shrunk.indices { shrunk[entry] *= 1 - intensity }
      for i in 0..<count { shrunk[i * count + i] += intensity * scale }
    }
    return shrunk
  }

  var meanVariance: Double {
    var trace = 0.0
    for i in 0..<count { trace += covariance[i * count + i] }
    return trace / Double(count)
  }

  /// `‖S − μI‖²`.
  private var distanceToIdentity: Double {
    let scale = meanVariance
    var difference = covariance
    for i in 0..<count { difference[i * count + i] -= scale }
    return sumOfSquares(difference)
  }
}
