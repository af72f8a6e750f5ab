import Indicators
import Kernels
import Testing

@Suite struct SMATests {
  @Test func `is the mean of the last three`() {
    var average = SMA(period: 3)
    let values = [1.0, 2, 6, 4, 8, 0, 3].map { average.update($0) }
    #expect(values == [nil, nil, 3, 4, 6, 4, 11.0 / 3])
  }

  @Test func `a period of one is the series itself`() {
    #expect(SMA.column([3, 1, 4], period: 1) == [3, 1, 4])
  }

  @Test(arguments: [1, 2, 3, 14, 200])
  func `a constant series has exactly that constant as its mean`(period: Int) {
    let column = SMA.column(Array(repeating: 0.1, count: 3 * period + 1), period: period)
    #expect(column.dropFirst(period - 1).allSatisfy { $0 == 0.1 })
    #expect(column.prefix(period - 1).allSatisfy { $0.isNaN })
  }

  @Test(arguments: [2, 7, 20, 64])
  func `equals the mean of each window computed afresh`(period: Int) {
    var random = CounterRandom(seed: 3, path: ["sma"])
    let values = (0..<1000).map { _ in random.normal() }
    let column = SMA.column(values, period: period)
    for end in (period - 1)..<values.count {
      let direct = values[(end - period + 1)...end].reduce(0, +) / Double(period)
      // Values of size 1 summed 64 times round to below 64 * 2^-53 * 4.
      #expect(abs(column[end] - direct) < 1e-14)
    }
  }

  @Test func `forgets a level a billion times as large as soon as it has left the window`() {
    let values = Array(repeating: 1e18, count: 30) + Array(repeating: 0.1, count: 30)
    let column = SMA.column(values, period: 20)
    #expect(column[49...].allSatisfy { $0 == 0.1 })
  }

  @Test func `no values give no averages`() {
    #expect(SMA.column([], period: 5).isEmpty)
  }
}
