import Kernels
import Report
import Testing

@Suite struct CurveSamplingTests {
  @Test func `a short curve keeps every point`() {
    #expect(CurveSampling.indices(of: [[3, 1, 2]], limit: 4) == [0, 1, 2])
    #expect(CurveSampling.indices(of: [[]], limit: 4) == [])
  }

  @Test func `two runs keep their lowest and highest points and both ends`() {
    let values: [Double] = [5, 1, 9, 5, 5, 5, 2, 5, 8, 5]
    #expect(CurveSampling.indices(of: [values], limit: 6) == [0, 1, 2, 6, 8, 9])
  }

  @Test(arguments: [6, 10, 100, 2000])
  func `extremes stay within the limit`(limit: Int) {
    for trial in 0..<20 {
      var rng = CounterRandom(seed: 1, path: ["walk", "\(trial)"])
      var walk = [0.0]
      for _ in 0..<2500 + 137 * trial { walk.append(walk[walk.count - 1] + rng.normal()) }
      let drawdown = DrawdownCurve.values(of: walk.map { Elementary.exp(0.01 * $0) })
      let kept = CurveSampling.indices(of: [walk, drawdown], limit: limit)
      #expect(kept.count <= limit)
      #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 })
      #expect(kept.first == 0 && kept.last == walk.count - 1)
      for column in [walk, drawdown] {
        let drawn = kept.map { column[$0] }
        #expect(drawn.min() == column.min() && drawn.max() == column.max())
      }
    }
  }

  @Test func `a missing value is never an extreme`() {
    var values = [Double](repeating: 1, count: 100)
    values[40] = .nan
    values[41] = -7
    let kept = CurveSampling.indices(of: [values], limit: 6)
    #expect(kept.contains(41) && !kept.contains(40))
  }

  @Test func `a drawdown is the distance from the highest value so far`() {
    #expect(DrawdownCurve.values(of: [100, 50, 200, 150]) == [0, -0.5, 0, -0.25])
    #expect(DrawdownCurve.values(of: []) == [])
    // A start of nothing has no peak to fall from.
    #expect(DrawdownCurve.values(of: [0, 0]) == [0, 0])
  }
}
