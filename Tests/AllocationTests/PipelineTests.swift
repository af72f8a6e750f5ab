import Allocation
import Kernels
import Testing

/// The reference's whole way from convictions to weights, with the prices of its limits.
@Suite struct PipelineTests {
  private typealias Constraint = QuadraticProjection.Constraint

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference from convictions to weights and prices`(
    files: ReferenceFiles
  ) throws {
    let file = try files.pipeline()
    let covariance = try file.object("two_speed_shrunk").matrix("cov")
    let pipeline = try file.object("pipeline")
    let n = covariance.rows
    let ones = Array(repeating: 1.0, count: n)
    func unit(_ i: Int, _ value: Double) -> [Double] { (0..<n).map { $0 == i ? value : 0 } }

    // Budgets in proportion to conviction, each at most so much: the nearest that sum to 1.
    let convictions = try pipeline.numbers("conviction")
    let total = convictions.reduce(0, +)
    let most = try pipeline.number("budget_cap")
    let active = (0..<n).filter { convictions[$0] > 0 }
    let all = active.map { _ in 1.0 }
    var limits = [Constraint(all, atMost: 1), Constraint(all.map { -$0 }, atMost: -1)]
    for k in active.indices {
      limits.append(Constraint(active.indices.map { $0 == k ? 1 : 0 }, atMost: most))
      limits.append(Constraint(active.indices.map { $0 == k ? -1 : 0 }, atMost: 0))
    }
    let projected = try #require(
      try QuadraticProjection(
        centre: active.map { convictions[$0] / total }, metric: all, constraints: limits
      ).solve())
    var budgets = Array(repeating: 0.0, count: n)
    for (k, i) in active.enumerated() { budgets[i] = projected.point[k] }
    #expect(distance(budgets, try pipeline.numbers("budgets")) < 1e-12)

    let sized = try riskBudget(covariance: covariance, budgets: budgets)
    #expect(distance(sized, try pipeline.numbers("erc")) < 1e-9)
    let volatility =
      Diversification(weights: sized, covariance: covariance).volatility
      * (252 as Double).squareRoot()
    #expect(abs(volatility - (try pipeline.number("ann_vol"))) < 1e-9)
    let scale = min(1, try pipeline.number("target") / volatility)
    #expect(abs(scale - (try pipeline.number("scale"))) < 1e-9)
    let scaled = sized.map { scale * $0 }
    #expect(distance(scaled, try pipeline.numbers("scaled")) < 1e-9)

    // The limits by tracking error, the turnover from what was held as one limit a choice of signs.
    var metric = covariance
    for i in 0..<n { metric[i, i] += 1e-10 }
    let cap = try pipeline.number("cap")
    let clusters = try #require(pipeline["clusters"] as? [[Int]])
    let held = try pipeline.numbers("w_prev")
    var rows = [Constraint(ones, atMost: 1)]
    for cluster in clusters {
      rows.append(
        Constraint(
          (0..<n).map { cluster.contains($0) ? 1 : 0 },
          atMost: try pipeline.number("cluster_cap")))
    }
    for i in 0..<n {
      rows.append(Constraint(unit(i, 1), atMost: cap))
      rows.append(Constraint(unit(i, -1), atMost: 0))
    }
    for mask in 0..<(1 << n) {
      let signs = (0..<n).map { mask >> $0 & 1 == 1 ? 1.0 : -1 }
      let start = zip(signs, held).reduce(0) { $0 + $1.0 * $1.1 }
      rows.append(Constraint(signs, atMost: try pipeline.number("turnover_cap") + start))
    }
    let projection = try #require(
      QuadraticProjection(centre: scaled, metric: metric, constraints: rows))
    let solution = try #require(try projection.solve())
    #expect(distance(solution.point, try pipeline.numbers("weights")) < 1e-9)
    #expect(abs(1 - solution.point.reduce(0, +) - (try pipeline.number("cash"))) < 1e-9)
    let duals = try pipeline.object("duals")
    for index in clusters.indices {
      #expect(
        abs(solution.multipliers[1 + index] - (try duals.numbers("cluster\(index)"))[0]) < 1e-9)
    }
    let upper = (0..<n).map { solution.multipliers[1 + clusters.count + 2 * $0] }
    #expect(distance(upper, try duals.numbers("hi")) < 1e-9)
    let traded = zip(solution.point, held).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(abs(traded - (try pipeline.number("turnover"))) < 1e-8)
  }
}
