public import Kernels

/// The nearest point that keeps linear limits: `min ½ (x − c)ᵀ H (x − c)` subject to `A x ≤ b`.
///
/// H is the metric, positive definite, so the point is unique. With no limit broken at the centre c
/// it is the centre itself. The multiplier of a limit is its shadow price: loosening b by a small ε
/// lowers the objective by ε times the multiplier, and a limit with a price of 0 does not matter.
public struct QuadraticProjection: Sendable {
  /// One row of `A x ≤ b`.
  public struct Constraint: Sendable, Equatable {
    /// n values, one a coordinate.
    public var coefficients: [Double]
    public var bound: Double

    public init(_ coefficients: [Double], atMost bound: Double) {
      self.coefficients = coefficients
      self.bound = bound
    }
  }

  /// The point, and what each constraint costs there.
  public struct Solution: Sendable, Equatable {
    public var point: [Double]
    /// One a constraint, at least 0; above 0 only where the constraint holds with equality.
    public var multipliers: [Double]
    /// Steps taken, those that dropped a constraint included.
    public var iterations: Int
  }

  public let centre: [Double]
  public let constraints: [Constraint]
  /// n×n, row by row: J with `J Jᵀ = H⁻¹`.
  let inverseFactor: [Double]

  /// - Parameter metric: n values above 0, the diagonal of H.
  public init(centre: [Double], metric: [Double], constraints: [Constraint]) {
    let n = centre.count
    precondition(metric.count == n && metric.allSatisfy { $0 > 0 }, "a metric is positive")
    var inverse = Array(repeating: 0.0, count: n * n)
    for i in 0..<n { inverse[i * n + i] = 1 / metric[i].squareRoot() }
    self.init(centre: centre, inverseFactor: inverse, constraints: constraints)
  }

  /// - Parameter metric: n×n, symmetric.
  /// - Returns: nil where the metric is not positive definite.
  public init?(centre: [Double], metric: Matrix, constraints: [Constraint]) {
    let n = centre.count
    precondition(metric.rows == n, "one row of the metric a coordinate")
    guard let factor = choleskyFactor(metric) else { return nil }
    // Row k of L⁻¹ is column k of L⁻ᵀ = J.
    var inverse = Array(repeating: 0.0, count: n * n)
    for k in 0..<n {
      for i in k..<n {
        var sum = i == k ? 1.0 : 0.0
        for m in k..<i { sum -= factor[i, m] * inverse[k * n + m] }
        inverse[k * n + i] = sum / factor[i, i]
      }
    }
    self.init(centre: centre, inverseFactor: inverse, constraints: constraints)
  }

  private init(centre: [Double], inverseFactor: [Double], constraints: [Constraint]) {
    precondition(
      constraints.allSatisfy { $0.coefficients.count == centre.count },
      "one coefficient a coordinate")
    self.centre = centre
    self.inverseFactor = inverseFactor
    self.constraints = constraints
  }
}
