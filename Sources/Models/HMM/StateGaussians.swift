import CKernels
import Kernels

/// The Gaussians of a model's states as the kernels want them.
struct StateGaussians: Sendable {
  let states: Int
  let dimensions: Int
  /// Whether the variables of a state are correlated.
  let isCoupled: Bool
  /// K x D.
  let means: [Double]
  /// K rows of `1 / sqrt(2 variance)`; where coupled, K lower triangles row by row of the inverse of
  /// Cholesky's factor of twice the covariance.
  private let whitening: [Double]
  /// K: log density at the mean, `-1/2 log det(2 pi covariance)`.
  private let peaks: [Double]

  init(_ model: GaussianHMM) {
    switch model.covariance {
    case .full(let covariances):
      self.init(means: model.means.elements, factors: covariances.map(StateGaussians.factor))
    case .tied(let covariance):
      let factor = StateGaussians.factor(covariance)
      self.init(
        means: model.means.elements, factors: Array(repeating: factor, count: model.states))
    case .diagonal, .spherical:
      self.init(means: model.means.elements, variances: model.variances)
    }
  }

  /// Independent variables.
  init(means: [Double], variances: Matrix) {
    states = variances.rows
    dimensions = variances.columns
    isCoupled = false
    self.means = means
    whitening = variances.elements.map { (0.5 / $0).squareRoot() }
    peaks = (0..<variances.rows).map { k in
      variances.row(k).reduce(0) { $0 - 0.5 * Elementary.log(2 * Double.pi * $1) }
    }
  }

  /// - Parameter factors: K factors of Cholesky.
  private init(means: [Double], factors: [Matrix]) {
    states = factors.count
    dimensions = factors[0].rows
    isCoupled = true
    self.means = means
    let width = factors[0].rows
    let peak = -0.5 * (Double(width) * Elementary.log(2 * Double.pi))
    var whitening: [Double] = []
    whitening.reserveCapacity(factors.count * width * (width + 1) / 2)
    var peaks: [Double] = []
    for factor in factors {
      let inverse = StateGaussians.inverse(factor)
      for i in 0..<width {
        for j in 0...i { whitening.append(inverse[i, j] * 0.5.squareRoot()) }
      }
      peaks.append((0..<width).reduce(peak) { $0 - Elementary.log(factor[$1, $1]) })
    }
    self.whitening = whitening
    self.peaks = peaks
  }

  /// Centres of clusters, which all have the same independent variables: log densities are minus
  /// squared distances in variances.
  ///
  /// - Parameters:
  ///   - centres: K x D.
  ///   - isCoupled: whether moments about the centres are to be those of correlated variables.
  init(centres: [Double], variances: [Double], isCoupled: Bool = false) {
    let width = variances.count
    states = centres.count / width
    dimensions = width
    self.isCoupled = isCoupled
    means = centres
    let units = variances.map { (1 / $0).squareRoot() }
    let one =
      isCoupled
      ? (0..<width).flatMap { i in (0...i).map { $0 == i ? units[i] : 0 } }
      : units
    whitening = (0..<states).flatMap { _ in one }
    peaks = Array(repeating: 0, count: states)
  }

  private static func factor(_ covariance: Matrix) -> Matrix {
    guard let factor = choleskyFactor(covariance) else {
      preconditionFailure("a state's covariance is positive definite")
    }
    return factor
  }

  /// The inverse of a lower triangular matrix, lower triangular too.
  private static func inverse(_ factor: Matrix) -> Matrix {
    let n = factor.rows
    var inverse = Matrix(rows: n, columns: n)
    for j in 0..<n {
      inverse[j, j] = 1 / factor[j, j]
      for i in (j + 1)..<max(n, j + 1) {
        var sum = 0.0
        for k in j..<i { sum -= factor[i, k] * inverse[k, j] }
        inverse[i, j] = sum / factor[i, i]
      }
    }
    return inverse
  }

  /// Calls `body` with the kernels' view of this.
  @inline(__always)
  func withKernelView<R>(_ body: (UnsafePointer<HMMGaussians>) -> R) -> R {
    means.withUnsafeBufferPointer { means in
      whitening.withUnsafeBufferPointer { whitening in
        peaks.withUnsafeBufferPointer { peaks in
          guard let means = means.baseAddress, let whitening = whitening.baseAddress,
            let peaks = peaks.baseAddress
          else { preconditionFailure("a model has a state and a variable") }
          var view = HMMGaussians(
            states: Int32(states), dimensions: Int32(dimensions), coupled: isCoupled,
            means: means, whitening: whitening, peaks: peaks)
          return body(&view)
        }
      }
    }
  }
}
