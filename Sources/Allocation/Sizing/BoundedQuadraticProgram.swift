package import Kernels

/// `min ½ x'Hx − c'x` with `lower ≤ x ≤ upper` and, if asked for, `Σ x = total`.
///
/// Two stages, since the solution of such a program is easy once it is known which variables are at a
/// bound. Descent along one variable, or along a pair that keeps the sum, guesses which those are for
/// O(n) a step; an active-set method starts there, solves for the free variables exactly and lets
/// variables in and out until no multiplier has the wrong sign. What is returned is a solution to
/// rounding, however bad the guess.
///
/// H is positive semidefinite. Where it is singular on the free variables, the solution may not be
/// the only one: of the solutions, that of the least `Σ H_ii x_i²` is meant, and found by adding a part
/// of 1e-10 of the diagonal to itself. No other program is touched by it.
package struct BoundedQuadraticProgram {
  let n: Int
  let linear: [Double]
  let lower: [Double]
  let upper: [Double]
  let total: Double?
  var hessian: [Double]
  var point: [Double]
  /// `Hx − c`.
  var gradient: [Double]
  var isRegularised = false

  /// The part of the diagonal below which a pivot of the factor is rounding.
  static let smallestPivot = 1e-12
  static let ridge = 1e-10
  /// The part of its terms to which a gradient counts as 0.
  static let tolerance = 1e-12

  /// - Precondition: the bounds leave room for the total, and where there is none the diagonal is
  ///   above 0.
  package init(
    hessian: Matrix, linear: [Double], lower: [Double], upper: [Double], total: Double?
  ) {
    n = hessian.rows
    precondition(hessian.columns == n && linear.count == n && lower.count == n && upper.count == n)
    self.hessian = hessian.elements
    self.linear = linear
    self.lower = lower
    self.upper = upper
    self.total = total
    point = lower
    gradient = linear
    start()
  }

  /// - Throws: `AllocationError.quadraticProgramNotSolved`.
  package mutating func solved() throws(AllocationError) -> [Double] {
    descend()
    try settle()
    if isRegularised, total == nil {
      // Where nothing but the ridge holds a variable back, there is no solution.
      for i in 0..<n {
        let held = BoundedQuadraticProgram.ridge * hessian[i * n + i] * point[i]
        guard abs(held) <= 1e-6 * scale() else { throw .quadraticProgramNotSolved(variables: n) }
      }
    }
    return point
  }

  /// Fills up what the total asks for in proportion to the room and to one over the diagonal.
  private mutating func start() {
    if let total {
      var missing = total
      for bound in lower { missing -= bound }
      var open = Array(0..<n)
      while missing > 0, !open.isEmpty {
        let parts = open.map { hessian[$0 * n + $0] > 0 ? 1 / hessian[$0 * n + $0] : 1 }
        var sum = 0.0
        for part in parts { sum += part }
        var left = 0.0
        var still: [Int] = []
        for (i, part) in zip(open, parts) {
          let wanted = point[i] + missing * part / sum
          if wanted >= upper[i] {
            left += wanted - upper[i]
            point[i] = upper[i]
          } else {
            point[i] = wanted
            still.append(i)
          }
        }
        // What rounds to nothing has been placed.
        missing = left > 1e-15 * abs(total) ? left : 0
        open = still
      }
    }
    refreshGradient()
  }

  mutating func refreshGradient() {
    var fresh = linear.map { -$0 }
    for j in 0..<n where point[j] != 0 {
      let x = point[j]
      for i in 0..<n { fresh[i] += hessian[j * n + i] * x }
    }
    gradient = fresh
  }

  /// The size of the terms that a gradient is the sum of.
  func scale() -> Double {
    var largest = 0.0
    for value in linear { largest = max(largest, abs(value)) }
    for j in 0..<n where point[j] != 0 {
      // The diagonal bounds a row: |H_ij|² ≤ H_ii H_jj.
      largest = max(largest, abs(hessian[j * n + j] * point[j]))
    }
    return largest
  }

  mutating func regularise() {
    isRegularised = true
    for i in 0..<n { hessian[i * n + i] *= 1 + BoundedQuadraticProgram.ridge }
    refreshGradient()
  }
}
