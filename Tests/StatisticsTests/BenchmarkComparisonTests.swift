import Kernels
import Statistics
import Testing

@Suite struct BenchmarkComparisonTests {
  @Test func `a line without noise is found`() throws {
    let benchmark = [0.01, -0.02, 0.03, 0, -0.01]
    let returns = benchmark.map { 0.001 + 0.5 * $0 }
    let pair = try BenchmarkComparison(returns: returns, benchmark: benchmark, barsPerYear: 4)
    #expect(agree(pair.beta, 0.5, within: 1e-13))
    #expect(agree(pair.alpha, 0.004, within: 1e-12))
    #expect(agree(pair.r2, 1, within: 1e-13))
    // Up: two steps, exponent 1/2. √(1.006·1.016) − 1 over √(1.01·1.03) − 1.
    let own = 1.006 * 1.016
    let other = 1.01 * 1.03
    let captured = (own.squareRoot() - 1) / (other.squareRoot() - 1)
    #expect(agree(pair.upCapture, captured, within: 1e-12))
  }

  @Test(arguments: [12.0, 252, 365])
  func `half of the benchmark's returns capture half of its rises and falls`(barsPerYear: Double)
    throws
  {
    var random = CounterRandom(seed: 3, path: ["capture"])
    let benchmark = (0..<500).map { _ in 0.03 * random.normal() }
    let pair = try BenchmarkComparison(
      returns: benchmark.map { 0.5 * $0 }, benchmark: benchmark, barsPerYear: barsPerYear)
    #expect(abs(try #require(pair.upCapture) - 0.5) < 0.02)
    #expect(abs(try #require(pair.downCapture) - 0.5) < 0.02)
  }

  @Test func `beside itself nothing is left over`() throws {
    var random = CounterRandom(seed: 2, path: ["benchmark"])
    for _ in 0..<100 {
      let returns = (0..<3 + random.below(40)).map { _ in 0.02 * random.normal() }
      let pair = try BenchmarkComparison(
        returns: returns, benchmark: returns, barsPerYear: 365, riskFreeRate: 0.03)
      #expect(agree(pair.beta, 1, within: 1e-12) && agree(pair.r2, 1, within: 1e-12))
      #expect(abs(pair.alpha ?? 1) < 1e-12)
      #expect(pair.trackingError == 0 && pair.informationRatio == nil)
      if let up = pair.upCapture { #expect(agree(up, 1, within: 1e-12)) }
    }
  }

  @Test func `what is not defined is nil or refused`() throws {
    let flat = try BenchmarkComparison(returns: [0.1, 0.2], benchmark: [0, 0], barsPerYear: 2)
    #expect(flat.beta == nil && flat.alpha == nil && flat.r2 == nil)
    // The benchmark never rose, and earned nothing while it did not.
    #expect(flat.upCapture == nil && flat.downCapture == nil)
    #expect(throws: StatisticsError.lengthsDiffer(1, 2)) {
      try BenchmarkComparison(returns: [0], benchmark: [0, 0], barsPerYear: 2)
    }
    #expect(throws: StatisticsError.self) {
      try BenchmarkComparison(returns: [], benchmark: [], barsPerYear: 0)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with quantstats and empyrical`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    let (returns, benchmark) = (try file.numbers("returns"), try file.numbers("benchmark"))
    let pair = try BenchmarkComparison(returns: returns, benchmark: benchmark, barsPerYear: 252)
    let reference = try file.object("ref_rf0")
    let pairs: [(Double?, String)] = [
      (pair.beta, "beta"), (pair.alpha, "alpha_ann_arith"), (pair.r2, "r2"),
      (pair.trackingError, "tracking_error_ann"), (pair.informationRatio, "information_ratio_ann"),
    ]
    for (mine, name) in pairs {
      #expect(agree(mine, try reference.number(name), within: 1e-11), "\(name)")
    }
    // Empyrical's capture is over a year of steps that rose, or fell, and leaves out those that did
    // neither; ours is over one step, and counts them among those that did not rise.
    let empyrical = try file.object("empyrical")
    let steps = Array(zip(returns, benchmark))
    for (name, part) in [
      ("up_capture", steps.filter { $0.1 > 0 }), ("down_capture", steps.filter { $0.1 < 0 }),
    ] {
      let captured = BenchmarkComparison.capture(part.map { ($0.0, $0.1) }, over: 252)
      #expect(agree(captured, try empyrical.number(name), within: 1e-11), "\(name)")
    }
    let withRate = try BenchmarkComparison(
      returns: returns, benchmark: benchmark, barsPerYear: 252, riskFreeRate: 0.02)
    let referenceWithRate = try file.object("ref_rf2pct")
    #expect(agree(withRate.alpha, try referenceWithRate.number("alpha_ann_arith"), within: 1e-11))
  }
}
