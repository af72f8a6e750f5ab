import Kernels

/// Covariance with exponential weights, shrunk towards a multiple of the identity.
///
/// Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices" (2004),
/// with weights `p_t ∝ 2^(−age/halfLife)` in place of `1/T`: about the weighted mean,
/// `S = Σ p_t z_t z_t'`, target `μI` with `μ = tr S/N`, intensity
/// `min(1, Σ p_t² ‖z_t z_t' − S‖² / ‖S − μI‖²)`. Equal weights give the published estimator.
public struct WeightedLedoitWolf: Sendable, Equatable {
  /// The weighted means, N.
  public let mean: [Double]
  /// N×N, before shrinking.
  public let sample: Matrix
  /// N×N, per bar.
  public let covariance: Matrix
  /// The weight of the target, 0...1.
  public let shrinkage: Double

  /// - Parameters:
  ///   - returns: T×N, oldest first, complete.
  ///   - halfLife: bars until a weight has halved; nil is equal weights.
  /// - Precondition: at least one row and one column.
  public init(returns: Matrix, halfLife: Double?) {
    let rows = returns.rows
    self.init(
      returns: returns,
      weights: (0..<rows).map { t in
        halfLife.map { halfLifeDecay($0, bars: rows - 1 - t) } ?? 1
      })
  }

  /// - Parameters:
  ///   - returns: T×N, complete.
  ///   - weights: T, at least 0 and not all 0, in any scale.
  /// - Precondition: at least one row and one column.
  public init(returns: Matrix, weights given: [Double]) {
    let (rows, n) = (returns.rows, returns.columns)
    precondition(rows > 0 && n > 0 && given.count == rows)
    var weights = given
    let total = weights.reduce(0, +)
    precondition(total > 0, "not all weights are 0")
    for t in 0..<rows { weights[t] /= total }

    var mean = Array(repeating: 0.0, count: n)
    var centred = returns.elements
    for t in 0..<rows {
      for i in 0..<n { mean[i] += weights[t] * centred[t * n + i] }
    }
    var (rooted, weighted) = (centred, centred)
    // `Σ p_t² ‖z_t‖⁴` and `Σ p_t²`.
    var (fourth, squaredWeights) = (0.0, 0.0)
    for t in 0..<rows {
      let root = weights[t].squareRoot()
      var square = 0.0
      for i in 0..<n {
        let entry = t * n + i
        centred[entry] -= mean[i]
        rooted[entry] = root * centred[entry]
        weighted[entry] = weights[t] * centred[entry]
        square += centred[entry] * centred[entry]
      }
      fourth += weights[t] * weights[t] * (square * square)
      squaredWeights += weights[t] * weights[t]
    }
    let sample = GramMatrix.of(rooted, columns: n)
    let squared = GramMatrix.of(weighted, columns: n)
    var trace = 0.0
    for i in 0..<n { trace += sample[i * n + i] }
    let scale = trace / Double(n)
    // Σ p² ‖zz' − S‖² without a product of N² a bar: ‖zz'‖² = ‖z‖⁴, and the cross terms are products of
    // elements of S and Σ p² zz'.
    var (cross, squares) = (0.0, 0.0)
    for entry in sample.indices {
      cross += sample[entry] * squared[entry]
      squares += sample[entry] * sample[entry]
    }
    let noise = max(0, fourth - 2 * cross + squares * squaredWeights)
    var spread = 0.0
    for i in 0..<n {
      for j in 0..<n {
        let difference = sample[i * n + j] - (i == j ? scale : 0)
        spread += difference * difference
      }
    }
    let intensity = spread > 0 ? min(1, noise / spread) : 1
    var shrunk = sample
    for i in 0..<n {
      for j in 0..<n {
        shrunk[i * n + j] =
          (1 - intensity) * sample[i * n + j] + (i == j ? intensity * scale : 0)
      }
    }
    self.mean = mean
    self.sample = Matrix(square: n, sample)
    covariance = Matrix(square: n, shrunk)
    shrinkage = intensity
  }
}
