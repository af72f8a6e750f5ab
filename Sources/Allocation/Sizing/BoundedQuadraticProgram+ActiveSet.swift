import Kernels

/// The exact part: a primal active-set method (Nocedal and Wright, "Numerical optimization", 2nd ed.,
/// algorithm 16.3).
extension BoundedQuadraticProgram {
  /// Ends at a point where the free variables have the same gradient and no bound holds one back that
  /// would gain by leaving it.
  mutating func settle() throws(AllocationError) {
    var free = (0..<n).filter { point[$0] > lower[$0] && point[$0] < upper[$0] }
    let limit = 50 * (n + 10)
    var isUnique = false
    for _ in 0..<limit {
      if free.isEmpty {
        guard let released = wronglyBound(free) else { return }
        free = released
        isUnique = false
        continue
      }
      guard let step = freeStep(free) else {
        // Without a bound on growth a singular part is no matter of rounding.
        guard !isRegularised else { throw .quadraticProgramNotSolved(variables: n) }
        regularise()
        continue
      }
      let blocked = advance(free, step)
      refreshGradient()
      if !blocked.isEmpty {
        free.removeAll { blocked.contains($0) }
        continue
      }
      if let released = wronglyBound(free) {
        free = (free + released).sorted()
        isUnique = false
        continue
      }
      // What could as well be held, such as a duplicate, is let in: the solution stays, unless there
      // are others, and then a singular part shows.
      let indifferent = isUnique ? [] : indifferent(free)
      guard !indifferent.isEmpty else { return }
      free = (free + indifferent).sorted()
      isUnique = true
    }
    throw .quadraticProgramNotSolved(variables: n)
  }

  /// The step of the free variables to their minimum with the others fixed; nil where H is singular on
  /// them.
  private func freeStep(_ free: [Int]) -> [Double]? {
    let m = free.count
    if m == 1 {
      if total != nil { return [0] }
      let pivot = hessian[free[0] * n + free[0]]
      return pivot > 0 ? [-gradient[free[0]] / pivot] : nil
    }
    var part = Array(repeating: 0.0, count: m * m)
    for (a, i) in free.enumerated() {
      for (b, j) in free.enumerated() { part[a * m + b] = hessian[i * n + j] }
    }
    guard let factor = choleskyFactor(Matrix(square: m, part)) else { return nil }
    for a in 0..<m {
      let pivot = factor[a, a] * factor[a, a]
      guard pivot > BoundedQuadraticProgram.smallestPivot * part[a * m + a] else { return nil }
    }
    // The mean gradient is taken out first: with a total it moves nothing, and it is what would be lost
    // in the rounding of the rest.
    let mean = total == nil ? 0 : free.reduce(0) { $0 + gradient[$1] } / Double(m)
    let step = choleskySolve(factor, free.map { mean - gradient[$0] })
    guard total != nil else { return step }
    let ones = choleskySolve(factor, Array(repeating: 1, count: m))
    var (sumOfStep, sumOfOnes) = (0.0, 0.0)
    for a in 0..<m {
      sumOfStep += step[a]
      sumOfOnes += ones[a]
    }
    return (0..<m).map { step[$0] - sumOfStep / sumOfOnes * ones[$0] }
  }

  /// Goes along a step as far as the bounds allow.
  /// - Returns: the variables that have come to a bound; none after a full step.
  private mutating func advance(_ free: [Int], _ step: [Double]) -> Set<Int> {
    var length = 1.0
    for (a, i) in free.enumerated() where step[a] != 0 {
      let room = step[a] < 0 ? lower[i] - point[i] : upper[i] - point[i]
      length = min(length, room / step[a])
    }
    var blocked: Set<Int> = []
    for (a, i) in free.enumerated() where step[a] != 0 {
      let bound = step[a] < 0 ? lower[i] : upper[i]
      let room = bound - point[i]
      if length < 1, room / step[a] <= length {
        point[i] = bound
        blocked.insert(i)
      } else {
        point[i] = max(lower[i], min(upper[i], point[i] + length * step[a]))
      }
    }
    return blocked
  }

  /// The variables at a bound that would neither gain nor lose by leaving it.
  private func indifferent(_ free: [Int]) -> [Int] {
    let enough = 1e-9 * scale()
    var price = 0.0
    if total != nil {
      for i in free { price += gradient[i] / Double(free.count) }
    }
    let isFree = Set(free)
    return (0..<n).filter {
      !isFree.contains($0) && lower[$0] < upper[$0] && abs(gradient[$0] - price) <= enough
    }
  }

  /// The variables that would gain most by leaving their bounds: one, or a pair where all are at a
  /// bound and the sum must stay. Nil where none would.
  private func wronglyBound(_ free: [Int]) -> [Int]? {
    let enough = BoundedQuadraticProgram.tolerance * scale()
    if total != nil, free.isEmpty {
      var (rising, falling) = (-1, -1)
      for i in 0..<n {
        if point[i] < upper[i], rising < 0 || gradient[i] < gradient[rising] { rising = i }
        if point[i] > lower[i], falling < 0 || gradient[i] > gradient[falling] { falling = i }
      }
      guard rising >= 0, falling >= 0, gradient[falling] - gradient[rising] > enough else {
        return nil
      }
      return [rising, falling].sorted()
    }
    var price = 0.0
    if total != nil {
      for i in free { price += gradient[i] / Double(free.count) }
    }
    let isFree = Set(free)
    var worst = (index: -1, gain: enough)
    for i in 0..<n where !isFree.contains(i) && lower[i] < upper[i] {
      let slope = gradient[i] - price
      let gain = point[i] <= lower[i] ? -slope : slope
      if gain > worst.gain { worst = (i, gain) }
    }
    return worst.index >= 0 ? [worst.index] : nil
  }
}
