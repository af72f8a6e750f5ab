import Kernels

extension HMMStart {
  /// A cluster with a smaller part of the bars than this takes the covariance of all bars.
  private static let smallestCluster = 0.02

  /// Returns the covariances of the clusters about their means (K x D, row by row).
  ///
  /// The spherical variance is the mean of the diagonal ones; the tied matrix is that of all bars
  /// about the mean of their cluster.
  func covariance(means: [Double], assignment: [Int], floor: CovarianceFloor) -> StateCovariance {
    var counts = Array(repeating: 0, count: states)
    for k in assignment { counts[k] += 1 }
    let isSmall = counts.map { Double($0) < HMMStart.smallestCluster * Double(x.rows) }
    switch covariance {
    case .diagonal, .spherical:
      let squares = squares(means: means, assignment: assignment)
      var clusters = Matrix(rows: states, columns: x.columns)
      for k in 0..<states {
        for d in 0..<x.columns {
          let variance =
            isSmall[k] ? variances[d] : squares[k * x.columns + d] / Double(counts[k])
          clusters[k, d] = max(variance, floor.variances[d])
        }
      }
      if covariance == .diagonal { return .diagonal(clusters) }
      return .spherical(
        (0..<states).map { clusters.row($0).reduce(0, +) / Double(x.columns) })
    case .full:
      return .full(
        (0..<states).map { k in
          let matrix =
            isSmall[k]
            ? totalCovariance
            : scatter(means: means, assignment: assignment, of: k, divisor: counts[k])
          return floor.applied(to: matrix)
        })
    case .tied:
      return .tied(
        floor.applied(
          to: scatter(means: means, assignment: assignment, of: nil, divisor: x.rows)))
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

  /// K x D sums of squared distances to the mean of the row's cluster.
  private func squares(means: [Double], assignment: [Int]) -> [Double] {
    var squares = Array(repeating: 0.0, count: states * x.columns)
    for t in 0..<x.rows {
      let k = assignment[t]
      for d in 0..<x.columns {
        let distance = x[t, d] - means[k * x.columns + d]
        squares[k * x.columns + d] += distance * distance
      }
    }
    return squares
  }

  /// D x D sums of products of distances to the mean of the row's cluster, over the rows of one
  /// cluster or of all, divided by `divisor`.
  private func scatter(
    means: [Double], assignment: [Int], of cluster: Int?, divisor: Int
  ) -> Matrix {
    let width = x.columns
    var sums = Array(repeating: 0.0, count: width * (width + 1) / 2)
    for t in 0..<x.rows where cluster == nil || assignment[t] == cluster {
      let k = assignment[t]
      var p = 0
      for i in 0..<width {
        let distance = x[t, i] - means[k * width + i]
        for j in 0...i {
          sums[p] += distance * (x[t, j] - means[k * width + j])
          p += 1
        }
      }
    }
    return symmetric(width) { p, _, _ in sums[p] / Double(divisor) }
  }

  private var columnMeans: [Double] {
    (0..<x.columns).map { d in
      var sum = 0.0
      for t in 0..<x.rows { sum += x[t, d] }
      return sum / Double(x.rows)
    }
  }

  /// The covariance of all bars.
  private var totalCovariance: Matrix {
    scatter(
      means: columnMeans, assignment: Array(repeating: 0, count: x.rows), of: nil,
      divisor: x.rows)
  }
}
