import Indicators
import Testing

@Suite struct MACDTests {
  @Test func `follows the definition by hand`() throws {
    var indicator = MACD(fast: 1, slow: 3, signal: 2)
    #expect(indicator.update(2) == nil)
    #expect(indicator.update(4) == nil)
    // Slow 3, fast 3: the line is 3 - 3 = 0 with closes 2, 4, 3; the signal needs one more.
    #expect(indicator.update(3) == nil)
    // Slow 3 + (7 - 3)/2 = 5, fast 7: line 2; the signal starts at the mean of 0 and 2.
    let firstValue = indicator.update(7)
    let first = try #require(firstValue)
    #expect([first.line, first.signal, first.histogram] == [2, 1, 1])
    // Slow 5 + (1 - 5)/2 = 3, fast 1: line -2; signal 1 + 2/3 (-2 - 1) = -1.
    let secondValue = indicator.update(1)
    let second = try #require(secondValue)
    #expect(abs(second.line + 2) < 1e-15)
    #expect(abs(second.signal + 1) < 1e-15)
    #expect(abs(second.histogram + 1) < 1e-15)
  }

  @Test func `is exactly zero on flat prices`() {
    let macd = MACD.columns(Array(repeating: 0.1, count: 60))
    #expect(macd.line[33...].allSatisfy { $0 == 0 })
    #expect(macd.histogram[33...].allSatisfy { $0 == 0 })
    #expect(macd.line[..<33].allSatisfy { $0.isNaN })
  }

  @Test func `tells the slope of a straight line`() {
    // On x = t an EMA lags by (period - 1) / 2, so the line is (26 - 12) / 2 = 7.
    let macd = MACD.columns((0..<100).map(Double.init))
    #expect(macd.line[33...].allSatisfy { abs($0 - 7) < 1e-10 })
    #expect(macd.histogram[33...].allSatisfy { abs($0) < 1e-10 })
  }
}
