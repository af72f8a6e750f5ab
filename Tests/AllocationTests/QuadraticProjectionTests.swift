import Allocation
import Kernels
import Testing

@Suite struct QuadraticProjectionTests {
  private typealias Constraint = QuadraticProjection.Constraint

  /// A problem with its metric, which `QuadraticProjection` keeps only as a factor.
  private struct Problem {
    let metric: Matrix
    let projection: QuadraticProjection

    /// Seeds with the same remainder by 3 have a diagonal metric.
    init(seed: Int) throws {
      var random = CounterRandom(seed: UInt64(seed), path: ["projection"])
      let n = seed % 400 == 0 ? 60 + random.below(41) : 1 + random.below(14)
      let centre = (0..<n).map { _ in 2 * random.normal() }
      var metric = Matrix(rows: n, columns: n, repeating: 0)
      let isDiagonal = seed % 3 == 0
      let loadings = (0..<n).map { _ in (0..<n).map { _ in random.normal() } }
      for i in 0..<n {
        for j in 0..<n where i == j || !isDiagonal {
          var sum = i == j ? 0.05 + random.uniform() : 0
          for f in 0..<n where !isDiagonal { sum += loadings[i][f] * loadings[j][f] }
          metric[i, j] = sum
        }
      }
      for i in 0..<n {
        for j in 0..<i { metric[i, j] = metric[j, i] }
      }
      // Every constraint holds at one point, so that there is a solution.
      let inside = (0..<n).map { _ in random.normal() }
      var constraints: [Constraint] = []
      for _ in 0..<(1 + random.below(3 * n)) {
        var coefficients = (0..<n).map { _ in random.below(3) == 0 ? 0 : random.normal() }
        if random.below(3) == 0 {
          // A bound or a plain sum, as limits have; many of them meet in one point.
          let isBound = random.below(2) == 0
          let chosen = random.below(n)
          coefficients = (0..<n).map { isBound ? ($0 == chosen ? 1 : 0) : 1 }
          if random.below(2) == 0 { coefficients = coefficients.map { -$0 } }
        }
        let slack = random.below(3) == 0 ? 0 : random.uniform()
        var bound = slack
        for i in 0..<n { bound += coefficients[i] * inside[i] }
        constraints.append(Constraint(coefficients, atMost: bound))
        // The same twice, and in another unit.
        if random.below(10) == 0 {
          constraints.append(Constraint(coefficients.map { 8 * $0 }, atMost: 8 * bound))
        }
      }
      self.metric = metric
      projection =
        isDiagonal
        ? QuadraticProjection(
          centre: centre, metric: (0..<n).map { metric[$0, $0] }, constraints: constraints)
        : try #require(
          QuadraticProjection(centre: centre, metric: metric, constraints: constraints))
    }

    /// The largest residual of the four conditions of Karush, Kuhn and Tucker, relative to the size
    /// of what is compared. They are sufficient: the problem is convex.
    func residual(of solution: QuadraticProjection.Solution) -> Double {
      let n = projection.centre.count
      var worst = 0.0
      for i in 0..<n {
        var (sum, scale) = (0.0, 1.0)
        for j in 0..<n {
          let term = metric[i, j] * (solution.point[j] - projection.centre[j])
          sum += term
          scale += abs(term)
        }
        for (constraint, multiplier) in zip(projection.constraints, solution.multipliers) {
          let term = constraint.coefficients[i] * multiplier
          sum += term
          scale += abs(term)
        }
        worst = max(worst, abs(sum) / scale)
      }
      for (constraint, multiplier) in zip(projection.constraints, solution.multipliers) {
        var (slack, scale) = (constraint.bound, 1 + abs(constraint.bound))
        for i in 0..<n {
          slack -= constraint.coefficients[i] * solution.point[i]
          scale += abs(constraint.coefficients[i] * solution.point[i])
        }
        worst = max(worst, -slack / scale, -multiplier)
        if multiplier > 0 { worst = max(worst, abs(slack) / scale) }
      }
      return worst
    }
  }

  @Test func `a point within the limits stays where it is`() throws {
    let projection = QuadraticProjection(
      centre: [0.2, 0.3], metric: [1, 1], constraints: [Constraint([1, 1], atMost: 0.5)])
    let solution = try #require(try projection.solve())
    #expect(solution.point == [0.2, 0.3] && solution.multipliers == [0])
    #expect(solution.iterations == 0)
  }

  @Test func `one limit by hand, in three metrics`() throws {
    let constraints = [Constraint([1, 1], atMost: 0.6)]
    // Too much by .4. The plain distance halves it, weights 1/c share it as 3 : 1.
    let plain = try #require(
      try QuadraticProjection(centre: [0.75, 0.25], metric: [1, 1], constraints: constraints)
        .solve())
    #expect(distance(plain.point, [0.55, 0.05]) < 1e-15)
    #expect(abs(plain.multipliers[0] - 0.2) < 1e-15)
    let relative = try #require(
      try QuadraticProjection(
        centre: [0.75, 0.25], metric: [1 / 0.75, 4], constraints: constraints
      ).solve())
    #expect(distance(relative.point, [0.45, 0.15]) < 1e-15)
    #expect(abs(relative.multipliers[0] - 0.4) < 1e-15)
    // H = [2 1; 1 2]: H δ = −λ (1, 1) gives δ = −λ/3 each; λ = .6.
    let projection = try #require(
      QuadraticProjection(
        centre: [0.75, 0.25], metric: Matrix(rows: [[2, 1], [1, 2]]), constraints: constraints))
    let full = try #require(try projection.solve())
    #expect(distance(full.point, [0.55, 0.05]) < 1e-15)
    #expect(abs(full.multipliers[0] - 0.6) < 1e-15)
  }

  @Test func `a bound that is taken in too early is dropped again`() throws {
    // min ½|x − (3, 1)|², x₁ ≤ 1, x₁ + 2x₂ ≤ 0: at (1, −.5) the price of the first stays, 1.25.
    let two = try #require(
      try QuadraticProjection(
        centre: [3, 1], metric: [1, 1],
        constraints: [Constraint([1, 0], atMost: 1), Constraint([1, 2], atMost: 0)]
      ).solve())
    #expect(distance(two.point, [1, -0.5]) < 1e-15)
    #expect(distance(two.multipliers, [1.25, 0.75]) < 1e-15)
    // min ½|x − (2, 2)|², x₁ + x₂ ≤ 2 is furthest away, x₁ ≤ .9, x₂ ≤ .5: both bounds, sum slack.
    let dropped = try #require(
      try QuadraticProjection(
        centre: [2, 2], metric: [1, 1],
        constraints: [
          Constraint([1, 1], atMost: 1.5), Constraint([1, 0], atMost: 0.9),
          Constraint([0, 1], atMost: 0.5),
        ]
      ).solve())
    #expect(distance(dropped.point, [0.9, 0.5]) < 1e-15)
    #expect(dropped.multipliers[0] == 0)
    #expect(distance(dropped.multipliers, [0, 1.1, 1.5]) < 1e-14)
    #expect(dropped.iterations > 3)
  }

  @Test func `the conditions of optimality hold in thousands of problems`() throws {
    var worst = 0.0
    var (binding, dropping) = (0, 0)
    for seed in 0..<4000 {
      let problem = try Problem(seed: seed)
      let solution = try #require(try problem.projection.solve(), "seed \(seed)")
      worst = max(worst, problem.residual(of: solution))
      let active = solution.multipliers.count { $0 > 0 }
      binding += active
      if solution.iterations > active { dropping += 1 }
    }
    #expect(worst < 1e-9)
    // They press against their limits, and constraints are dropped on the way.
    #expect(binding > 8000 && dropping > 500)
  }

  @Test func `limits that contradict each other are found out`() throws {
    for seed in 0..<1000 {
      let problem = try Problem(seed: seed)
      var random = CounterRandom(seed: UInt64(seed), path: ["contradiction"])
      let n = problem.projection.centre.count
      // Some of the constraints added up, and the contrary by a hundredth (Farkas).
      var (sum, bound) = (Array(repeating: 0.0, count: n), 0.0)
      for constraint in problem.projection.constraints where random.below(2) == 0 {
        let weight = random.uniform()
        for i in 0..<n { sum[i] += weight * constraint.coefficients[i] }
        bound += weight * constraint.bound
      }
      let contrary = Constraint(sum.map { -$0 }, atMost: -bound - 0.01)
      let projection = try #require(
        QuadraticProjection(
          centre: problem.projection.centre, metric: problem.metric,
          constraints: problem.projection.constraints + [contrary]))
      #expect(try projection.solve() == nil, "seed \(seed)")
    }
    let empty = QuadraticProjection(
      centre: [], metric: [Double](), constraints: [Constraint([], atMost: -1)])
    #expect(try empty.solve() == nil)
  }

  @Test func `a coordinate held at zero from both sides has its point`() throws {
    // Both terms vanish there, so that rounding is all that is left of either limit.
    for seed in 1...2000 {
      var random = CounterRandom(seed: UInt64(seed), path: ["projection", "zero"])
      let n = 1 + random.below(6)
      let centre = (0..<n).map { _ in 3 * random.normal() }
      let loadings = (0..<n).map { _ in (0..<n).map { _ in random.normal() } }
      var metric = Matrix(rows: n, columns: n, repeating: 0)
      for i in 0..<n {
        for j in 0..<n {
          metric[i, j] = (0..<n).reduce(i == j ? 0.1 : 0) { $0 + loadings[i][$1] * loadings[j][$1] }
        }
      }
      var constraints: [Constraint] = []
      for k in 0..<n {
        let axis = (0..<n).map { $0 == k ? 1 + random.uniform() : 0 }
        constraints.append(Constraint(axis, atMost: 0))
        constraints.append(Constraint(axis.map { -$0 }, atMost: 0))
      }
      let projection = try #require(
        QuadraticProjection(centre: centre, metric: metric, constraints: constraints))
      let solution = try #require(try projection.solve(), "seed \(seed)")
      for x in solution.point { #expect(abs(x) < 1e-12, "seed \(seed)") }
    }
  }

  @Test func `a metric that is not positive definite is refused`() {
    let singular = Matrix(rows: [[1, 1], [1, 1]])
    #expect(QuadraticProjection(centre: [1, 1], metric: singular, constraints: []) == nil)
  }

  // MARK: Agreement with the references

  /// `lo ≤ x ≤ hi`.
  private func box(_ n: Int, _ low: Double, _ high: Double) -> [Constraint] {
    (0..<n).flatMap { k in
      let unit = (0..<n).map { $0 == k ? 1.0 : 0 }
      return [Constraint(unit.map { -$0 }, atMost: -low), Constraint(unit, atMost: high)]
    }
  }

  private func members(_ n: Int, _ indices: [Double]) -> [Double] {
    (0..<n).map { indices.contains(Double($0)) ? 1 : 0 }
  }

  /// The weights of least variance, fully invested.
  private func leastVariance(_ covariance: Matrix, _ constraints: [Constraint]) throws -> [Double] {
    let n = covariance.rows
    let ones = Array(repeating: 1.0, count: n)
    let budget = [Constraint(ones, atMost: 1), Constraint(ones.map { -$0 }, atMost: -1)]
    let projection = try #require(
      QuadraticProjection(
        centre: ones.map { 0 * $0 }, metric: covariance, constraints: budget + constraints))
    return try #require(try projection.solve()).point
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the references on the least variance`(files: ReferenceFiles) throws {
    let file = try files.methods()
    let covariance = try file.matrix("cov_sample_ddof1")
    let n = covariance.rows
    let long = try leastVariance(covariance, box(n, 0, 1))
    #expect(distance(long, try file.object("minvar_longonly").numbers("weights")) < 1e-9)

    let grouped = try file.object("minvar_box_group")
    var limits = box(n, try grouped.number("lo"), try grouped.number("hi"))
    for group in try #require(grouped["groups"] as? [[String: Any]]) {
      limits.append(
        Constraint(members(n, try group.numbers("idx")), atMost: try group.number("max")))
    }
    #expect(
      distance(try leastVariance(covariance, limits), try grouped.numbers("weights")) < 1e-9)

    // A limit on Σ|w − 1/N| is one on every choice of signs.
    let slow = try file.object("minvar_turnover_L1_0.30_from_equal")
    var every = box(n, 0, 1)
    for mask in 0..<(1 << n) {
      let signs = (0..<n).map { mask >> $0 & 1 == 1 ? 1.0 : -1 }
      var bound = 0.30
      for sign in signs { bound += sign / Double(n) }
      every.append(Constraint(signs, atMost: bound))
    }
    #expect(distance(try leastVariance(covariance, every), try slow.numbers("weights")) < 1e-9)

    let capped = try file.object("project_capped_simplex")
    let ones = Array(repeating: 1.0, count: n)
    let simplex = QuadraticProjection(
      centre: try capped.numbers("v"), metric: ones,
      constraints: box(n, try capped.number("lo"), try capped.number("hi")) + [
        Constraint(ones, atMost: 1), Constraint(ones.map { -$0 }, atMost: -1),
      ])
    #expect(
      distance(try #require(try simplex.solve()).point, try capped.numbers("w")) < 1e-12)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference on a projection by tracking error, prices included`(
    files: ReferenceFiles
  ) throws {
    let file = try files.pipeline()
    var metric = try file.object("two_speed_shrunk").matrix("cov")
    let pipeline = try file.object("pipeline")
    let n = metric.rows
    for i in 0..<n { metric[i, i] += 1e-10 }
    let ones = Array(repeating: 1.0, count: n)
    let clusters = try #require(pipeline["clusters"] as? [[Int]])
    let constraints =
      [
        Constraint(ones, atMost: 1),
        Constraint(
          members(n, clusters[0].map(Double.init)), atMost: try pipeline.number("cluster_cap")),
      ] + box(n, 0, try pipeline.number("cap"))
    let projection = try #require(
      QuadraticProjection(
        centre: try pipeline.numbers("scaled"), metric: metric, constraints: constraints))
    let solution = try #require(try projection.solve())
    // The reference stops at 1e-13 of its own scale; this is what that leaves of the weights.
    #expect(distance(solution.point, try pipeline.numbers("weights")) < 1e-9)
    let duals = try pipeline.object("duals")
    #expect(abs(solution.multipliers[1] - (try duals.numbers("cluster0"))[0]) < 1e-12)
    let upper = (0..<n).map { solution.multipliers[2 + 2 * $0 + 1] }
    #expect(distance(upper, try duals.numbers("hi")) < 1e-12)
  }
}
