/// The sizes of positions nearest to wanted ones that keep limits on sums and stay within bounds.
///
/// `min ½ Σ (x_i − c_i)² / s_i`, s the scale of each size, with `lower ≤ x ≤ upper`.
struct SizeProblem {
  /// Sizes wanted, at least 0.
  let centre: [Double]
  /// By how much each size can differ: what a limit takes is shared in proportion. Above 0.
  let scale: [Double]
  let lower: [Double]
  let upper: [Double]
  private var limits: [QuadraticProjection.Constraint] = []

  init(centre: [Double], scale: [Double], lower: [Double], upper: [Double]) {
    self.centre = centre
    self.scale = scale
    self.lower = lower
    self.upper = upper
  }

  /// Adds a limit on a sum over lines.
  /// - Parameters:
  ///   - variables: the line of each size. Its sign is that of the line's `limited`.
  ///   - lines: the targets of the lines that are no variables use up their part of the bound.
  mutating func add(
    _ row: SumLimitRow, _ variables: [Int], _ lines: [AllocationLine], atMost bound: Double
  ) {
    var coefficients = Array(repeating: 0.0, count: variables.count)
    for (k, index) in variables.enumerated() where row.members.contains(index) {
      coefficients[k] = row.coefficient(isShort: lines[index].limited < 0)
    }
    var left = bound
    for index in row.members where !variables.contains(index) {
      left -= row.contribution(of: lines[index].target)
    }
    add(coefficients, atMost: left)
  }

  mutating func add(_ coefficients: [Double], atMost bound: Double) {
    limits.append(.init(coefficients, atMost: bound))
  }

  /// Whether sizes keep every limit to rounding. Limits that contradict each other by less than the program
  /// can tell have a solution that breaks one of them.
  func isKept(by sizes: [Double]) -> Bool {
    limits.allSatisfy { limit in
      var total = 0.0
      for (coefficient, size) in zip(limit.coefficients, sizes) { total += coefficient * size }
      return total <= limit.bound + LimitSettings.rounding * max(1, abs(limit.bound))
    }
  }

  /// The sizes and the price of each limit, in the order in which they were added; nil where no sizes
  /// keep them all.
  func solve() throws(AllocationError) -> (sizes: [Double], prices: [Double])? {
    let n = centre.count
    var constraints = limits
    for k in 0..<n {
      for (sign, bound) in [(-1.0, -lower[k]), (1.0, upper[k])] {
        var coefficients = Array(repeating: 0.0, count: n)
        coefficients[k] = sign
        constraints.append(.init(coefficients, atMost: bound))
      }
    }
    let problem = QuadraticProjection(
      centre: centre, metric: scale.map { 1 / $0 }, constraints: constraints)
    guard let solution = try problem.solve() else { return nil }
    let sizes = (0..<n).map { k in
      // A size that rounding alone has moved is not moved.
      let size = solution.point[k]
      for still in [centre[k], lower[k], upper[k]]
      where abs(size - still) <= 1e-14 * max(scale[k], abs(still)) {
        return still
      }
      return max(lower[k], min(upper[k], size))
    }
    return (sizes, Array(solution.multipliers.prefix(limits.count)))
  }
}
