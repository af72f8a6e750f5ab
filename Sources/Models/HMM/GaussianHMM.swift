public import Kernels

/// A hidden Markov model whose K states emit Gaussian vectors.
///
/// State `k` emits `x ~ N(means[k], covariance of k)`, and the state at the next bar is drawn
/// from row `k` of `transition` (Rabiner 1989, "A tutorial on hidden Markov models").
public struct GaussianHMM: Sendable, Equatable {
  /// The largest number of states: they fill one vector of eight lanes.
  public static let maximumStates = 8
  /// The largest number of observed variables.
  public static let maximumDimensions = 32

  /// K: probability of each state at the first bar.
  public let start: [Double]
  /// K x K: `transition[i, j]` is p(state j at t + 1 | state i at t); a row sums to 1.
  public let transition: Matrix
  /// K x D: mean of each variable in each state.
  public let means: Matrix
  public let covariance: StateCovariance

  public var states: Int { start.count }
  public var dimensions: Int { means.columns }
  /// K x D: variance of each variable in each state, above 0.
  public var variances: Matrix { covariance.variances(states: states, dimensions: dimensions) }

  /// Makes a model of the given parameters.
  ///
  /// Throws `HMMError.invalidParameters` if a shape is wrong, a probability is not in 0...1, a row
  /// does not sum to 1 within 1e-9, a mean is not finite, a variance is not above 0 or a covariance
  /// matrix is not symmetric and positive definite.
  public init(
    start: [Double], transition: Matrix, means: Matrix, covariance: StateCovariance
  ) throws(HMMError) {
    self.init(unchecked: start, transition: transition, means: means, covariance: covariance)
    if let reason = flaw { throw HMMError.invalidParameters(reason: reason) }
  }

  /// Makes a model whose variables are independent within a state; throws as the general one does.
  ///
  /// - Parameter variances: K x D.
  public init(
    start: [Double], transition: Matrix, means: Matrix, variances: Matrix
  ) throws(HMMError) {
    try self.init(
      start: start, transition: transition, means: means, covariance: .diagonal(variances))
  }

  init(unchecked start: [Double], transition: Matrix, means: Matrix, covariance: StateCovariance) {
    self.start = start
    self.transition = transition
    self.means = means
    self.covariance = covariance
  }

  private var flaw: String? {
    guard (1...GaussianHMM.maximumStates).contains(states) else {
      return "\(states) states, allowed are 1 to \(GaussianHMM.maximumStates)"
    }
    guard (1...GaussianHMM.maximumDimensions).contains(dimensions) else {
      return "\(dimensions) variables, allowed are 1 to \(GaussianHMM.maximumDimensions)"
    }
    guard transition.rows == states, transition.columns == states else {
      return "transition is \(transition.rows) x \(transition.columns), not \(states) x \(states)"
    }
    guard means.rows == states else {
      return "means are \(means.rows) x \(dimensions), not \(states) x \(dimensions)"
    }
    if let reason = covariance.shapeFlaw(states: states, dimensions: dimensions) { return reason }
    if !GaussianHMM.isDistribution(start[...]) { return "start is no distribution: \(start)" }
    for i in 0..<states where !GaussianHMM.isDistribution(transition.row(i)) {
      return "transition row \(i) is no distribution: \(Array(transition.row(i)))"
    }
    if !means.elements.allSatisfy(\.isFinite) { return "a mean is not finite" }
    return covariance.valueFlaw
  }

  private static func isDistribution(_ p: ArraySlice<Double>) -> Bool {
    var sum = 0.0
    for value in p {
      guard value >= 0, value <= 1 else { return false }
      sum += value
    }
    return (sum - 1).magnitude <= 1e-9
  }
}
