import Indicators
import Testing

@Suite struct EMATests {
  @Test func `is nil until the period is full and starts at the simple mean`() {
    var average = EMA(period: 3)
    #expect(average.update(1) == nil)
    #expect(average.update(2) == nil)
    #expect(average.update(6) == 3)
    // k = 1/2: 3 + (5 - 3)/2, then 4 + (0 - 4)/2.
    #expect(average.update(5) == 4)
    #expect(average.update(0) == 2)
  }

  @Test func `Wilder's average weighs the newest by one over the period`() {
    var average = EMA.wilder(period: 4)
    let values = [4.0, 8, 4, 8, 10, 7].map { average.update($0) }
    #expect(values == [nil, nil, nil, 6, 7, 7])
  }

  @Test(arguments: [1, 2, 14, 200])
  func `a constant series has exactly that constant as its average`(period: Int) {
    let column = EMA.column(Array(repeating: 0.1, count: 2 * period + 5), period: period)
    #expect(column.dropFirst(period - 1).allSatisfy { $0 == 0.1 })
    #expect(column.prefix(period - 1).allSatisfy { $0.isNaN })
  }

  @Test func `the gap to a new level shrinks by the same part each bar`() {
    let column = EMA.column([0, 0, 0, 0, 0] + Array(repeating: 1, count: 40), period: 5)
    for index in 6..<40 {
      let kept = (1 - column[index]) / (1 - column[index - 1])
      #expect(abs(kept - 2.0 / 3) < 1e-8)
    }
  }
}
