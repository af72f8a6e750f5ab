import Allocation
import Kernels
import Testing

@Suite struct WeightedLedoitWolfTests {
  @Test func `four returns with equal weights, by hand`() {
    // Mean 0; S = diag(1/2, 2): (±1, 0) and (0, ±2).
    let estimate = WeightedLedoitWolf(
      returns: Matrix(rows: [[1, 0], [-1, 0], [0, 2], [0, -2]]), halfLife: nil)
    // μ = 5/4; ‖S − μI‖² = 2·(3/4)² = 9/8. ‖zz' − S‖²: (1/2)² + 2² = 17/4 twice, (1/2)² + 2² twice;
    // Σp² of them = 4·(17/4)/16 = 17/16. Intensity 17/18.
    #expect(abs(estimate.shrinkage - 17.0 / 18) < 1e-15)
    #expect(abs(estimate.covariance[0, 0] - (0.5 / 18 + 17.0 / 18 * 1.25)) < 1e-15)
    #expect(abs(estimate.covariance[1, 1] - (2.0 / 18 + 17.0 / 18 * 1.25)) < 1e-15)
    #expect(estimate.covariance[0, 1] == 0)
  }

  @Test func `keeps the trace, shrinks in 0...1, is positive definite`() {
    var random = CounterRandom(seed: 6, path: ["ledoit"])
    for _ in 0..<200 {
      let (rows, n) = (2 + random.below(30), 1 + random.below(6))
      var matrix = Matrix(rows: rows, columns: n, repeating: 0)
      for t in 0..<rows {
        for i in 0..<n { matrix[t, i] = random.normal() }
      }
      let shrunk = WeightedLedoitWolf(returns: matrix, halfLife: 1 + 20 * random.uniform())
      #expect(shrunk.shrinkage >= 0 && shrunk.shrinkage <= 1)
      if shrunk.shrinkage > 0 { #expect(choleskyFactor(shrunk.covariance) != nil) }
    }
  }

  @Test func `a memory far longer than the data weighs all alike`() {
    var random = CounterRandom(seed: 7, path: ["ledoit"])
    let rows = (0..<40).map { _ in (0..<3).map { _ in random.normal() } }
    let equal = WeightedLedoitWolf(returns: Matrix(rows: rows), halfLife: nil)
    let long = WeightedLedoitWolf(returns: Matrix(rows: rows), halfLife: 1e9)
    #expect(distance(equal.covariance.elements, long.covariance.elements) < 1e-6)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the reference that equals scikit-learn at equal weights`(
    files: ReferenceFiles
  ) throws {
    let reference = try files.pipeline().object("weighted_ledoit_wolf_hl60")
    let mine = WeightedLedoitWolf(
      returns: try reference.matrix("returns"), halfLife: try reference.number("half_life"))
    let theirs = try reference.matrix("cov").elements
    #expect(abs(mine.shrinkage - (try reference.number("shrinkage"))) < 1e-9)
    for (a, b) in zip(mine.covariance.elements, theirs) { #expect(abs(a - b) < 1e-9 * abs(b)) }
  }
}
