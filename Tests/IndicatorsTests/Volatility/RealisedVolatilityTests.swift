import Foundation
import Indicators
import Testing

@Suite struct RealisedVolatilityTests {
  @Test func `is the root of the mean square`() {
    var volatility = RealisedVolatility(period: 2)
    #expect(volatility.update(3) == nil)
    #expect(volatility.update(-3) == 3)
    #expect(volatility.update(0) == 4.5.squareRoot())
  }

  @Test func `needs one close more than its period`() {
    let column = RealisedVolatility.column(closes: [1, 2, 4, 8, 16], period: 3)
    #expect(column.map(\.isNaN) == [true, true, true, false, false])
    #expect(abs(column[3] - log(2)) < 1e-15)
  }

  @Test func `is exactly zero once a jump has left the window`() {
    var closes = Array(repeating: 5.0, count: 100)
    closes[40...] = ArraySlice(repeating: 5e6, count: 60)
    let column = RealisedVolatility.column(closes: closes, period: 20)
    #expect(column[20..<40].allSatisfy { $0 == 0 })
    #expect(column[40..<60].allSatisfy { abs($0 - log(1e6) / 20.0.squareRoot()) < 1e-13 })
    #expect(column[60...].allSatisfy { $0 == 0 })
  }
}
