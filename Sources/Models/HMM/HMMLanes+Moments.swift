import CKernels
import Kernels

extension HMMLanes {
  /// Sums over all bars, weighted by planes of `gamma`.
  struct Moments {
    /// For each state: the weights, D distances to the mean, then D squares or D (D + 1) / 2 products
    /// of those.
    let sums: [Double]
    let dimensions: Int
    private let seconds: Int

    fileprivate init(sums: [Double], _ gaussians: StateGaussians) {
      self.sums = sums
      dimensions = gaussians.dimensions
      seconds = HMMLanes.seconds(gaussians)
    }

    private func place(_ k: Int) -> Int { k * (1 + dimensions + seconds) }

    func weight(_ k: Int) -> Double { sums[place(k)] }

    /// The sum of distances of variable `d`.
    func first(_ k: Int, _ d: Int) -> Double { sums[place(k) + 1 + d] }

    /// The sum of squares of variable `p`, or of products at place `p` of the lower triangle.
    func second(_ k: Int, _ p: Int) -> Double { sums[place(k) + 1 + dimensions + p] }

    /// How far the weighted mean is from the one distances were taken to; 0 without any weight.
    func shift(_ k: Int, _ d: Int) -> Double { weight(k) > 0 ? first(k, d) / weight(k) : 0 }

    /// The variance of variable `d`.
    func variance(_ k: Int, _ d: Int) -> Double {
      let shift = shift(k, d)
      return second(k, d) / weight(k) - shift * shift
    }

    /// The covariance matrix of correlated variables.
    func covariance(_ k: Int) -> Matrix {
      symmetric(dimensions) { p, i, j in second(k, p) / weight(k) - shift(k, i) * shift(k, j) }
    }

    /// The mean of the states' covariance matrices by their weights.
    var pooledCovariance: Matrix {
      let states = 0..<(sums.count / place(1))
      let total = states.reduce(0) { $0 + weight($1) }
      return symmetric(dimensions) { p, i, j in
        states.reduce(0) { $0 + (second($1, p) - weight($1) * (shift($1, i) * shift($1, j))) }
          / total
      }
    }
  }

  private static func seconds(_ gaussians: StateGaussians) -> Int {
    let width = gaussians.dimensions
    return gaussians.isCoupled ? width * (width + 1) / 2 : width
  }

  /// Returns the moments of the observations about the means of `gaussians`.
  func moments(about gaussians: StateGaussians, weights: Planes) -> Moments {
    precondition(weights.count == gaussians.states && gaussians.dimensions == dimensions)
    let count = gaussians.states * (1 + dimensions + HMMLanes.seconds(gaussians))
    var sums = Array(repeating: 0.0, count: count)
    withUnsafeTemporaryAllocation(
      byteCount: count * HMMLanes.count * MemoryLayout<Double>.stride, alignment: 64
    ) { room in
      let partial = room.bindMemory(to: Double.self)
      gaussians.withKernelView {
        ckernels().pointee.hmm.moments(
          $0, positions, x.start, weights.start, x.stride, partial.baseAddress!, &sums)
      }
    }
    return Moments(sums: sums, gaussians)
  }
}

/// A symmetric matrix of `element(p, i, j)`, p being the place of (i, j) in the lower triangle.
func symmetric(_ count: Int, _ element: (_ p: Int, _ i: Int, _ j: Int) -> Double) -> Matrix {
  var matrix = Matrix(rows: count, columns: count)
  var p = 0
  for i in 0..<count {
    for j in 0...i {
      matrix[i, j] = element(p, i, j)
      matrix[j, i] = matrix[i, j]
      p += 1
    }
  }
  return matrix
}
