import Kernels

/// One number per hidden state; lanes from K on are 0.
typealias StateVector = SIMD8<Double>

/// The model's parameters laid out for the recursions over time, and their steps.
///
/// A vector's lanes are states, so each lane is one sum in a fixed order and the bits do not depend
/// on the vector width of the processor.
struct HMMRecursion: Sendable {
  let states: Int
  let dimensions: Int
  let start: StateVector
  /// K vectors: lane j of `rows[i]` is p(j | i).
  let rows: [StateVector]
  /// K vectors: lane i of `columns[j]` is p(j | i).
  let columns: [StateVector]
  /// D vectors: lane k of `means[d]` is the mean of variable d in state k.
  let means: [StateVector]
  /// Whether the covariances are matrices.
  let isCoupled: Bool
  /// D vectors of `1 / (2 variance)`; none where the covariances are matrices.
  private let halfPrecisions: [StateVector]
  /// D (D + 1) / 2 vectors of the inverse of Cholesky's factor of the covariance, the lower
  /// triangle row by row; none where the variables are independent.
  private let whitening: [StateVector]
  /// `-1/2 log det(2 pi covariance)` of each state.
  private let logNormalisers: StateVector

  /// What one bar adds.
  struct Step {
    /// p(state at t | x up to t).
    var alpha: StateVector
    /// p(x_t | state) / p(x_t | x up to t - 1).
    var emission: StateVector
    /// log p(x_t | x up to t - 1).
    var logScale: Double
  }

  init(_ model: GaussianHMM) {
    let (count, width) = (model.states, model.dimensions)
    states = count
    dimensions = width
    start = StateVector(model.start[...])
    rows = (0..<count).map { StateVector(model.transition.row($0)) }
    columns = (0..<count).map { j in StateVector(lanes: count) { i in model.transition[i, j] } }
    means = (0..<width).map { d in StateVector(lanes: count) { k in model.means[k, d] } }
    let matrices: [Matrix]
    switch model.covariance {
    case .full(let covariances): matrices = covariances
    case .tied(let covariance): matrices = Array(repeating: covariance, count: count)
    case .diagonal, .spherical:
      let variances = model.variances
      isCoupled = false
      whitening = []
      halfPrecisions = (0..<width).map { d in
        StateVector(lanes: count) { k in 0.5 / variances[k, d] }
      }
      logNormalisers = StateVector(lanes: count) { k in
        var sum = 0.0
        for d in 0..<width { sum += Elementary.log(2 * Double.pi * variances[k, d]) }
        return -0.5 * sum
      }
      return
    }
    isCoupled = true
    halfPrecisions = []
    let factors = matrices.map { matrix in
      guard let factor = choleskyFactor(matrix) else {
        preconditionFailure("a state's covariance is positive definite")
      }
      return factor
    }
    let inverses = factors.map(HMMRecursion.inverse)
    whitening = (0..<width).flatMap { i in
      (0...i).map { j in StateVector(lanes: count) { k in inverses[k][i, j] } }
    }
    logNormalisers = StateVector(lanes: count) { k in
      var sum = 0.0
      for d in 0..<width { sum += Elementary.log(factors[k][d, d]) }
      return -0.5 * (Double(width) * Elementary.log(2 * Double.pi)) - sum
    }
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

  /// `x_d - mean_d` for the observation at `offset` of a row-major array.
  @inline(__always)
  func distance(_ x: [Double], at offset: Int, _ d: Int) -> StateVector {
    StateVector(repeating: x[offset + d]) - means[d]
  }

  /// Returns log p(x | state) for the observation at `offset` of a row-major array.
  ///
  /// It is -infinity where the squared distance overflows.
  @inline(__always)
  func logDensity(_ x: [Double], at offset: Int) -> StateVector {
    var density = logNormalisers
    guard isCoupled else {
      for d in 0..<dimensions {
        let distance = distance(x, at: offset, d)
        density -= distance * distance * halfPrecisions[d]
      }
      return density
    }
    var p = 0
    for i in 0..<dimensions {
      var whitened = StateVector.zero
      for j in 0...i {
        whitened += whitening[p] * distance(x, at: offset, j)
        p += 1
      }
      density -= 0.5 * (whitened * whitened)
    }
    // Two terms that overflow to opposite infinities make NaN.
    return density.replacing(with: -.infinity, where: density .!= density)
  }

  /// Returns the one-step-ahead probabilities `alpha A`.
  @inline(__always)
  func predict(_ alpha: StateVector) -> StateVector {
    var sum = rows[0] * alpha[0]
    for i in 1..<max(1, states) { sum += rows[i] * alpha[i] }
    return sum
  }

  /// Takes in one bar: Bayes' rule with the prior `predicted` (Rabiner 1989, eqs. 19-20, 91-92).
  ///
  /// Densities are taken relative to the largest one, so they never all underflow. Where the prior
  /// shuts out just that state, or distances overflow, the step is done again in logarithms.
  @inline(__always)
  func update(_ predicted: StateVector, logDensity: StateVector) -> Step {
    var shift = logDensity[0]
    for k in 1..<max(1, states) { shift = max(shift, logDensity[k]) }
    var emission = StateVector.zero
    for k in 0..<states { emission[k] = Elementary.exp(logDensity[k] - shift) }
    let joint = predicted * emission
    var total = joint[0]
    for k in 1..<max(1, states) { total += joint[k] }
    guard total > 1e-250 else { return updateInLogarithms(predicted, logDensity: logDensity) }
    let scale = 1 / total
    return Step(
      alpha: joint * scale, emission: emission * scale, logScale: shift + Elementary.log(total))
  }

  /// The same step for any prior and density. A distance that overflows counts as the largest
  /// finite one: such a bar says nothing about the state instead of turning it into NaN.
  @inline(never)
  private func updateInLogarithms(_ predicted: StateVector, logDensity: StateVector) -> Step {
    let lowest = StateVector(repeating: -Double.greatestFiniteMagnitude)
    let logDensity = logDensity.replacing(with: lowest, where: logDensity .< lowest)
    var joint = StateVector(repeating: -.infinity)
    var shift = -Double.infinity
    for k in 0..<states where predicted[k] > 0 {
      joint[k] = Elementary.log(predicted[k]) + logDensity[k]
      shift = max(shift, joint[k])
    }
    var total = 0.0
    var alpha = StateVector.zero
    for k in 0..<states where predicted[k] > 0 {
      alpha[k] = Elementary.exp(joint[k] - shift)
      total += alpha[k]
    }
    let logScale = shift + Elementary.log(total)
    var emission = StateVector.zero
    for k in 0..<states where predicted[k] > 0 {
      emission[k] = Elementary.exp(min(logDensity[k] - logScale, 690))
    }
    return Step(alpha: alpha * (1 / total), emission: emission, logScale: logScale)
  }

  /// Runs the forward recursion over all sequences of `x` (T x D) and hands each step to `visit`.
  @inline(__always)
  func forward(_ x: Matrix, lengths: [Int], visit: (_ t: Int, _ step: Step) -> Void) {
    let values = x.elements
    var t = 0
    for length in lengths {
      var predicted = start
      for _ in 0..<length {
        let step = update(predicted, logDensity: logDensity(values, at: t * dimensions))
        visit(t, step)
        predicted = predict(step.alpha)
        t += 1
      }
    }
  }
}

extension SIMD8<Double> {
  init(_ values: ArraySlice<Double>) {
    self.init(lanes: values.count) { values[values.startIndex + $0] }
  }

  init(lanes: Int, _ value: (Int) -> Double) {
    self = .zero
    for k in 0..<lanes { self[k] = value(k) }
  }

  /// The first `count` lanes.
  func lanes(_ count: Int) -> [Double] {
    (0..<count).map { self[$0] }
  }

  /// Sum of the first `count` lanes, in order.
  @inline(__always)
  func sum(lanes count: Int) -> Double {
    var sum = self[0]
    for k in 1..<Swift.max(1, count) { sum += self[k] }
    return sum
  }
}
