import Kernels

extension HMMStart {
  /// A cluster with a smaller part of the bars than this takes the covariance of all bars.
  private static let smallestCluster = 0.02

  /// Whether the covariances are matrices.
  var isCoupled: Bool { covariance == .full || covariance == .tied }

  /// Returns the covariances of the clusters about their means.
  ///
  /// The spherical variance is the mean of the diagonal ones; the tied matrix is that of all bars
  /// about the mean of their cluster.
  func covariance(_ clusters: HMMLanes.Moments, floor: CovarianceFloor) -> StateCovariance {
    let isSmall = (0..<states).map {
      clusters.weight($0) < HMMStart.smallestCluster * Double(x.rows)
    }
    switch covariance {
    case .diagonal, .spherical:
      var matrix = Matrix(rows: states, columns: x.columns)
      for k in 0..<states {
        for d in 0..<x.columns {
          matrix[k, d] = max(
            isSmall[k] ? variances[d] : clusters.variance(k, d), floor.variances[d])
        }
      }
      if covariance == .diagonal { return .diagonal(matrix) }
      return .spherical(
        (0..<states).map { matrix.row($0).reduce(0, +) / Double(x.columns) })
    case .full:
      return .full(
        (0..<states).map { k in
          floor.applied(to: isSmall[k] ? totalCovariance : clusters.covariance(k))
        })
    case .tied:
      return .tied(floor.applied(to: clusters.pooledCovariance))
    }
  }

  /// Returns the log-likelihood of all bars under one Gaussian of the covariance type.
  func oneGaussian(floor: CovarianceFloor) -> Double {
    let bars = Double(x.rows)
    let gaussian: StateCovariance
    switch covariance {
    case .diagonal:
      // -T/2 sum_d (log(2 pi variance) + 1)
      return variances.reduce(0) { sum, variance in
        sum - 0.5 * bars * (Elementary.log(2 * Double.pi * variance) + 1)
      }
    case .spherical: gaussian = .spherical([variances.reduce(0, +) / Double(x.columns)])
    case .full, .tied: gaussian = .tied(floor.applied(to: totalCovariance))
    }
    return GaussianHMM(
      unchecked: [1], transition: Matrix(rows: [[1]]), means: Matrix(rows: [columnMeans]),
      covariance: gaussian
    ).logLikelihood(x)
  }

  /// D: mean of each variable over all rows.
  var columnMeans: [Double] {
    (0..<x.columns).map { d in
      var sum = 0.0
      for t in 0..<x.rows { sum += x[t, d] }
      return sum / Double(x.rows)
    }
  }

  /// The covariance of all bars.
  private var totalCovariance: Matrix {
    let presence = Planes(count: 1, length: lanes.positions)
    presence.fill(with: 1)
    lanes.setAbsent(presence, to: 0)
    let all = StateGaussians(centres: columnMeans, variances: variances, isCoupled: true)
    return lanes.moments(about: all, weights: presence).covariance(0)
  }
}
