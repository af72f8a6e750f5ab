import Indicators
import Market
import Testing

@Suite struct RSITests {
  @Test func `follows Wilder by hand`() throws {
    var index = RSI(period: 2)
    #expect(index.update(10) == nil)
    #expect(index.update(11) == nil)
    // Gains 1, 0, losses 0, 3: averages .5 and 1.5.
    #expect(index.update(8) == 25)
    // A rise of 4: averages (.5 + 4)/2 and 1.5/2.
    let nextValue = index.update(12)
    let next = try #require(nextValue)
    #expect(abs(next - 100 * 2.25 / 3) < 1e-12)
  }

  @Test func `a rise without a fall is 100 and a fall without a rise 0`() {
    let rise = RSI.column((1...40).map(Double.init), period: 14)
    let fall = RSI.column((1...40).reversed().map(Double.init), period: 14)
    #expect(rise[14...].allSatisfy { $0 == 100 })
    #expect(fall[14...].allSatisfy { $0 == 0 })
  }

  @Test func `a flat market gives TA-Lib's 0 and an even share of gains`() {
    var index = RSI(period: 14)
    for bar in 0..<40 {
      let value = index.update(5)
      #expect(value == (bar < 14 ? nil : 0))
      #expect(index.shareOfGains == (bar < 14 ? nil : 0.5))
    }
  }

  @Test func `the share of gains does not depend on the scale of the price`() {
    let closes = GeneratedBars.walk.bars(count: 200).map(\.close)
    var (plain, small) = (RSI(period: 14), RSI(period: 14))
    for close in closes {
      let value = plain.update(close)
      _ = small.update(close * 0x1p-60)
      #expect(plain.shareOfGains == small.shareOfGains)
      if let value, let share = plain.shareOfGains { #expect(abs(value / 100 - share) < 1e-15) }
    }
  }

  @Test func `after a move and a long pause the share of gains is even again`() {
    var index = RSI(period: 14)
    for bar in 0..<20 { _ = index.update(100 + Double(bar)) }
    #expect(index.shareOfGains == 1)
    for _ in 0..<200 { _ = index.update(119) }
    #expect(index.shareOfGains == 1)
    for _ in 0..<2000 { _ = index.update(119) }
    #expect(index.shareOfGains == 0.5)
    // TA-Lib's index stays where the last move left it.
    #expect(index.update(119) == 100)
  }
}
