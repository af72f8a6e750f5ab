import Indicators
import Kernels
import Testing

@Suite struct RollingMomentsTests {
  /// Mean and population variance of a window in two passes: the definition.
  private func direct(_ window: ArraySlice<Double>) -> (mean: Double, variance: Double) {
    let mean = window.reduce(0, +) / Double(window.count)
    let deviations = window.map { $0 - mean }
    // The second sum takes out the rounding of the mean (Chan, Golub and LeVeque 1983, eq. 1.7).
    let rest = deviations.reduce(0, +)
    let squares = deviations.map { $0 * $0 }.reduce(0, +)
    return (mean, (squares - rest * rest / Double(window.count)) / Double(window.count))
  }

  @Test func `is right by hand`() throws {
    var moments = RollingMoments(period: 4)
    for value in [9.0, 2, 4] { #expect(moments.update(value) == nil) }
    _ = moments.update(4)
    // The window 2 4 4 6: mean 4, squares 4 0 0 4.
    let nowValue = moments.update(6)
    let now = try #require(nowValue)
    #expect(now.mean == 4)
    #expect(now.populationVariance == 2)
    #expect(now.newestDeviation == 2)
    #expect(abs(now.newestScore - 2.0.squareRoot()) < 1e-15)
    #expect(now.standardDeviation == 2.0.squareRoot())
  }

  @Test(arguments: [1, 2, 5, 20, 250])
  func `equal values have exactly no variance, whatever came before`(period: Int) {
    var moments = RollingMoments(period: period)
    for value in [1e12, -3, 0.1, 1e-9, 7] { _ = moments.update(value) }
    for index in 1...(3 * period) {
      let now = moments.update(0.1)
      if index >= period {
        #expect(now?.mean == 0.1)
        #expect(now?.populationVariance == 0)
      }
    }
  }

  /// Two million values: first around 1e9, then around 1, then with a jump of 1e9 every 997 values.
  /// A running sum of squares is off by about 100 after the first of these changes.
  @Test(arguments: [20, 250])
  func `does not drift over two million values of very different size`(period: Int) {
    var random = CounterRandom(seed: 5, path: ["drift"])
    let count = 2_000_000
    let values = (0..<count).map { index in
      let level =
        index < 700_000 ? 1e9 : index < 1_400_000 ? 1.0 : index % 997 == 0 ? 1e9 : 1e-3
      return level + 0.01 * random.normal()
    }
    var moments = RollingMoments(period: period)
    var worstMean = 0.0
    var worstDeviation = 0.0
    var checked = 0
    for (index, value) in values.enumerated() {
      guard let now = moments.update(value) else { continue }
      // Every window near a change of level, and every 101st elsewhere.
      let isNearChange = [700_000, 1_400_000].contains { abs(index - $0) < 600 }
      guard isNearChange || index % 101 == 0 else { continue }
      let window = values[(index - period + 1)...index]
      let expected = direct(window)
      let scale = window.map(abs).max() ?? 0
      worstMean = max(worstMean, abs(now.mean - expected.mean) / scale)
      let deviation = expected.variance.squareRoot()
      worstDeviation = max(worstDeviation, abs(now.standardDeviation - deviation) / deviation)
      checked += 1
    }
    #expect(checked > 20_000)
    // Rounding of `period` additions, relative to the values in the window and to nothing else.
    #expect(worstMean < 4e-16 * Double(period))
    #expect(worstDeviation < 4e-16 * Double(period) * Double(period))
  }

  @Test func `adding a constant changes no deviation`() {
    var random = CounterRandom(seed: 6, path: ["shift"])
    // Multiples of 2^-20 stay exact under the shift.
    let values = (0..<500).map { _ in Double(random.below(1 << 20)) / 0x1p20 }
    let plain = StandardDeviation.column(values, period: 30)
    let shifted = StandardDeviation.column(values.map { $0 + 0x1p30 }, period: 30)
    #expect(plain[29...] == shifted[29...])
  }
}
