import Foundation
import Indicators
import Market
import Testing

@Suite struct LogReturnTests {
  @Test func `spans its bars`() {
    let column = LogReturn.column([1, 2, 4, 8, 4], bars: 2)
    #expect(column[..<2].allSatisfy { $0.isNaN })
    #expect(abs(column[2] - log(4)) < 1e-15)
    #expect(abs(column[3] - log(4)) < 1e-15)
    #expect(column[4] == 0)
  }

  @Test(arguments: [1, 2, 5, 20])
  func `agrees with the logarithm of the ratio`(bars: Int) {
    let closes = GeneratedBars.fat.bars(count: 1000).map(\.close)
    let column = LogReturn.column(closes, bars: bars)
    for index in bars..<closes.count {
      // The logarithms of prices are below 64, so each rounds to within 64 * 2^-53.
      #expect(abs(column[index] - log(closes[index] / closes[index - bars])) < 3e-14)
    }
  }

  @Test func `equal closes return exactly zero`() {
    let column = LogReturn.column(Array(repeating: 0.1, count: 10), bars: 3)
    #expect(column[3...].allSatisfy { $0 == 0 })
  }
}
