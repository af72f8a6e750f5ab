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

    let bars = WeightedBars(returns.elements, columns: n, weights)
    let sample = GramMatrix.of(bars.rooted, columns: n)
    let squared = GramMatrix.of(bars.weighted, columns: n)
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
    let noise = max(0, bars.fourth - 2 * cross + squares * bars.squaredWeights)
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
    mean = bars.mean
    self.sample = Matrix(square: n, sample)
    covariance = Matrix(square: n, shrunk)
    shrinkage = intensity
  }
}

/// Returns about their weighted means, multiplied by what their products are to be weighted by.
private struct WeightedBars {
  /// N.
  let mean: [Double]
  /// T×N, by `√p_t`.
  let rooted: [Double]
  /// T×N, by `p_t`.
  let weighted: [Double]
  /// `Σ p_t² ‖z_t‖⁴`.
  let fourth: Double
  /// `Σ p_t²`.
  let squaredWeights: Double

  /// - Parameters:
  ///   - returns: T×N, complete.
  ///   - weights: T, summing to 1.
  init(_ returns: [Double], columns n: Int, _ weights: [Double]) {
    var mean = Array(repeating: 0.0, count: n)
    for t in weights.indices {
      for i in 0..<n { mean[i] += weights[t] * returns[t * n + i] }
    }
    var (rooted, weighted) = (returns, returns)
    var (fourth, squaredWeights) = (0.0, 0.0)
    for t in weights.indices {
      let root = weights[t].squareRoot()
      var square = 0.0
      for i in 0..<n {
        let centred = returns[t * n + i] - mean[i]
        rooted[t * n + i] = root * centred
        weighted[t * n + i] = weights[t] * centred
        square += centred * centred
      }
      fourth += weights[t] * weights[t] * (square * square)
      squaredWeights += weights[t] * weights[t]
    }
    self.mean = mean
    self.rooted = rooted
    self.weighted = weighted
    self.fourth = fourth
    self.squaredWeights = squaredWeights
  }
}
