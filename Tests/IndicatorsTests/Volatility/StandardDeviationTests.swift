import Indicators
import Market
import Testing

@Suite struct StandardDeviationTests {
  @Test func `divides by the number of values`() {
    let column = StandardDeviation.column([2, 4, 4, 4, 5, 5, 7, 9], period: 8)
    #expect(column[7] == 2)
    #expect(column[..<7].allSatisfy { $0.isNaN })
  }

  @Test func `of two values is half their distance`() {
    let closes =
      GeneratedBars.oneTick.bars(count: 30).map(\.close)
      + GeneratedBars.walk.bars(count: 500).map(\.close)
    let column = StandardDeviation.column(closes, period: 2)
    for index in 1..<closes.count {
      let half = abs(closes[index] - closes[index - 1]) / 2
      #expect(abs(column[index] - half) <= 1e-15 * half)
    }
  }

  @Test func `is as exact for a price of 1e-9 as for a price of 1`() {
    let closes = GeneratedBars.walk.bars(count: 200).map(\.close)
    let plain = StandardDeviation.column(closes, period: 20)
    let small = StandardDeviation.column(closes.map { $0 * 0x1p-30 }, period: 20)
    #expect(zip(plain, small).dropFirst(19).allSatisfy { $0 * 0x1p-30 == $1 && $1 > 0 })
  }
}
