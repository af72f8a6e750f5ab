/// The dual active-set method of Goldfarb & Idnani, "A numerically stable dual method for solving
/// strictly convex quadratic programs", Mathematical Programming 27 (1983), section 4.
///
/// It starts at the centre, takes in one violated constraint at a time and drops those whose price
/// would turn negative; every stop on the way is the optimum of the constraints it holds. The factors
/// are updated by Givens rotations: a step costs O(n²), and the answer is exact to rounding.
///
/// Written for `n·x ≥ −b` with `n = −a`. With N the normals of the active set, J keeps
/// `Jᵀ N = [R; 0]`, R upper triangular, and `J Jᵀ = H⁻¹`.
struct DualActiveSet {
  private let problem: QuadraticProjection
  private let n: Int
  /// n×n, row by row.
  private var j: [Double]
  /// n×n, row by row; its first `active.count` columns are used.
  private var r: [Double]
  private var active: [Int] = []
  /// Prices of the active constraints, each measured in its own length.
  private var prices: [Double] = []
  private var point: [Double]
  /// Of each constraint, the coordinates that it limits: one for a bound.
  private let supports: [[Int]]
  /// Of each constraint, `‖Jᵀ a‖`: its length in the metric.
  private let lengths: [Double]
  private var isActive: [Bool]
  /// Constraints that hold, but for rounding, where the active ones do.
  private var implied: Set<Int> = []
  private var iterations = 0

  /// A constraint is broken where it is exceeded by more than this part of the terms of its sum.
  private static let tolerance = 1e-14
  /// Constraints contradict each other where one is broken by more than this part of its reach.
  private static let contradiction = 1e-10
  /// The squared part of a normal (of length 1) outside the active ones below which it counts as
  /// their combination.
  private static let dependence = 1e-22
  /// A price that falls by less than this part of the new one's rise does not fall at all.
  private static let rounding = 1e-12

  init(_ problem: QuadraticProjection) {
    self.problem = problem
    let n = problem.centre.count
    self.n = n
    j = problem.inverseFactor
    r = Array(repeating: 0, count: n * n)
    point = problem.centre
    supports = problem.constraints.map { constraint in
      (0..<n).filter { constraint.coefficients[$0] != 0 }
    }
    isActive = problem.constraints.map { _ in false }
    var lengths: [Double] = []
    for (index, constraint) in problem.constraints.enumerated() {
      var normal = Array(repeating: 0.0, count: n)
      for i in supports[index] {
        let element = constraint.coefficients[i]
        for k in 0..<n { normal[k] += problem.inverseFactor[i * n + k] * element }
      }
      var squares = 0.0
      for k in 0..<n { squares += normal[k] * normal[k] }
      lengths.append(squares.squareRoot())
    }
    self.lengths = lengths
  }

  mutating func run() throws(AllocationError) -> QuadraticProjection.Solution? {
    let limit = 100 * (n + problem.constraints.count + 1)
    while let broken = furthest() {
      let before = self
      guard lengths[broken] > 0 else { return nil }
      guard try !take(broken, limit) else { continue }
      // It follows from the active ones: either they contradict it, or rounding alone breaks it.
      self = before
      guard excess(of: broken).excess <= DualActiveSet.contradiction * reach(of: broken) else {
        return nil
      }
      implied.insert(broken)
    }
    refine()
    var multipliers = Array(repeating: 0.0, count: problem.constraints.count)
    for (k, index) in active.enumerated() {
      multipliers[index] = max(0, prices[k]) / lengths[index]
    }
    return .init(point: point, multipliers: multipliers, iterations: iterations)
  }

  /// The broken constraint that is furthest away in the metric; the earlier on a tie.
  private func furthest() -> Int? {
    var worst: (index: Int, distance: Double)?
    for index in problem.constraints.indices
    where !isActive[index] && !implied.contains(index) {
      let (excess, scale) = excess(of: index)
      guard excess > DualActiveSet.tolerance * scale else { continue }
      let distance = lengths[index] > 0 ? excess / lengths[index] : .infinity
      if distance > (worst?.distance ?? 0) { worst = (index, distance) }
    }
    return worst?.index
  }

  /// `a·x − b`, and the size of the terms it is the sum of.
  private func excess(of index: Int) -> (excess: Double, scale: Double) {
    let constraint = problem.constraints[index]
    var (sum, scale) = (-constraint.bound, abs(constraint.bound))
    for i in supports[index] {
      let term = constraint.coefficients[i] * point[i]
      sum += term
      scale += abs(term)
    }
    return (sum, scale)
  }

  /// The size of the terms of a constraint's sum on the way from the centre: what the point rounds by is a
  /// part of that, also where it ends at 0.
  private func reach(of index: Int) -> Double {
    let constraint = problem.constraints[index]
    var reach = abs(constraint.bound)
    for i in supports[index] {
      reach += abs(constraint.coefficients[i]) * max(abs(point[i]), abs(problem.centre[i]))
    }
    return reach
  }

  /// Moves until the constraint holds, dropping those that stand in the way.
  /// - Returns: false where it cannot hold together with the active ones.
  private mutating func take(_ index: Int, _ limit: Int) throws(AllocationError) -> Bool {
    var price = 0.0
    while true {
      iterations += 1
      guard iterations <= limit else { throw .projectionNotReached(iterations: iterations) }
      let normal = normal(of: index)
      let held = active.count
      var outside = 0.0
      for k in held..<n { outside += normal[k] * normal[k] }
      let steps = backSubstituted(normal)
      // The longest step that keeps every price at least 0.
      var (longest, blocking) = (Double.infinity, -1)
      for k in 0..<held
      where steps[k] > DualActiveSet.rounding && prices[k] / steps[k] < longest {
        longest = prices[k] / steps[k]
        blocking = k
      }
      let isFree = outside > DualActiveSet.dependence
      let full = isFree ? excess(of: index).excess / lengths[index] / outside : .infinity
      let step = min(longest, full)
      guard step < .infinity else { return false }
      for k in 0..<held { prices[k] -= step * steps[k] }
      price += step
      if isFree {
        for i in 0..<n {
          var move = 0.0
          for k in held..<n { move += j[i * n + k] * normal[k] }
          point[i] += step * move
        }
      }
      if full <= longest {
        add(index, normal, price)
        return true
      }
      drop(blocking)
    }
  }

  /// `Jᵀ n` of a constraint's normal, scaled to length 1.
  private func normal(of index: Int) -> [Double] {
    let coefficients = problem.constraints[index].coefficients
    var normal = Array(repeating: 0.0, count: n)
    for i in supports[index] {
      let element = -coefficients[i] / lengths[index]
      for k in 0..<n { normal[k] += j[i * n + k] * element }
    }
    return normal
  }

  /// `R⁻¹ d`: how the prices of the active constraints fall as that of a new one rises.
  private func backSubstituted(_ normal: [Double]) -> [Double] {
    let held = active.count
    var solved = Array(repeating: 0.0, count: held)
    for k in stride(from: held - 1, through: 0, by: -1) {
      var sum = normal[k]
      for m in (k + 1)..<held { sum -= r[k * n + m] * solved[m] }
      solved[k] = sum / r[k * n + k]
    }
    return solved
  }

  private mutating func add(_ index: Int, _ normal: [Double], _ price: Double) {
    var normal = normal
    let held = active.count
    for k in stride(from: n - 1, to: held, by: -1) {
      let (c, s, length) = DualActiveSet.rotation(normal[k - 1], normal[k])
      normal[k - 1] = length
      normal[k] = 0
      rotateColumns(k - 1, k, c, s)
    }
    for k in 0...held { r[k * n + held] = normal[k] }
    active.append(index)
    isActive[index] = true
    prices.append(price)
  }

  private mutating func drop(_ position: Int) {
    let last = active.count - 1
    isActive[active.remove(at: position)] = false
    prices.remove(at: position)
    for column in position..<last {
      for row in 0...(column + 1) { r[row * n + column] = r[row * n + column + 1] }
    }
    for k in position..<last {
      let (c, s, length) = DualActiveSet.rotation(r[k * n + k], r[(k + 1) * n + k])
      r[k * n + k] = length
      r[(k + 1) * n + k] = 0
      for column in (k + 1)..<last {
        let (upper, lower) = (r[k * n + column], r[(k + 1) * n + column])
        r[k * n + column] = c * upper + s * lower
        r[(k + 1) * n + column] = c * lower - s * upper
      }
      rotateColumns(k, k + 1, c, s)
    }
  }

  private static func rotation(_ a: Double, _ b: Double) -> (c: Double, s: Double, length: Double) {
    guard b != 0 else { return (1, 0, a) }
    let length = (a * a + b * b).squareRoot()
    return (a / length, b / length, length)
  }

  private mutating func rotateColumns(_ a: Int, _ b: Int, _ c: Double, _ s: Double) {
    guard s != 0 else { return }
    for i in 0..<n {
      let (left, right) = (j[i * n + a], j[i * n + b])
      j[i * n + a] = c * left + s * right
      j[i * n + b] = c * right - s * left
    }
  }

  /// Puts the point back onto its active constraints, which rounding has left by a little: the
  /// shortest step δ in the metric with `Nᵀ δ = e`, `δ = J₁ R⁻ᵀ e`.
  private mutating func refine() {
    let held = active.count
    var solved = Array(repeating: 0.0, count: held)
    for k in 0..<held {
      var sum = excess(of: active[k]).excess / lengths[active[k]]
      for m in 0..<k { sum -= r[m * n + k] * solved[m] }
      solved[k] = sum / r[k * n + k]
    }
    for i in 0..<n {
      for k in 0..<held { point[i] += j[i * n + k] * solved[k] }
    }
  }
}
