import Kernels
import Market
import Research
import Testing

@Suite struct VarianceScoreTests {
  private func pair(
    _ hour: Int, _ symbol: String, variance: Double, benchmark: Double, outcome: Double
  ) -> VariancePair {
    VariancePair(
      knownAt: Timestamp(milliseconds: Int64(hour) * 3_600_000), symbol: Symbol(symbol),
      variance: variance, benchmark: benchmark, outcome: outcome)
  }

  @Test func `by hand`() throws {
    // Hour 1: A gains (4/1 + 0) - (4/4 + ln 4), B (1 + 0) - (1 + 0); hour 2: A (0 + 0) - (0 + ln 4).
    let score = try #require(
      try VarianceScore([
        pair(1, "B", variance: 1, benchmark: 1, outcome: 1),
        pair(2, "A", variance: 4, benchmark: 1, outcome: 0),
        pair(1, "A", variance: 4, benchmark: 1, outcome: -2),
      ]))
    let ln4 = Elementary.log(4.0)
    #expect(score.pairs == 3 && score.times == 2)
    #expect(abs(score.gain - ((3 - ln4) / 2 - ln4) / 2) < 1e-15)
    #expect(abs(score.calibration - 2.0 / 3) < 1e-15)
    #expect(abs(score.benchmarkCalibration - 5.0 / 3) < 1e-15)
    // 2 is beyond 1.96 deviations of 1 and within those of 2.
    #expect(score.coverage == 1 && abs(score.benchmarkCoverage - 2.0 / 3) < 1e-15)
  }

  @Test func `the true variance beats any other, and its level is 1`() throws {
    var random = CounterRandom(seed: 1, path: ["score"])
    var pairs: [VariancePair] = []
    for hour in 0..<4000 {
      let truth = Elementary.exp(random.normal())
      pairs.append(
        pair(
          hour, "A", variance: truth, benchmark: truth * Elementary.exp(0.5 * random.normal()),
          outcome: truth.squareRoot() * random.normal()))
    }
    let score = try #require(try VarianceScore(pairs))
    #expect(score.gain > 0.05 && (score.t ?? 0) > 4)
    #expect(abs(score.calibration - 1) < 0.1)
    #expect(abs(score.coverage - 0.95) < 0.02)
    #expect(score.unsteadiness < score.benchmarkUnsteadiness)
    let swapped = try #require(
      try VarianceScore(
        pairs.map {
          VariancePair(
            knownAt: $0.knownAt, symbol: $0.symbol, variance: $0.benchmark,
            benchmark: $0.variance, outcome: $0.outcome)
        }))
    #expect(abs(swapped.gain + score.gain) < 1e-12)
  }

  @Test func `nothing to judge has no score`() throws {
    #expect(try VarianceScore([]) == nil)
    #expect(try VarianceScore([pair(1, "A", variance: 0, benchmark: 1, outcome: 1)]) == nil)
  }
}
