import Indicators
import Market
import Testing

@Suite struct BollingerBandsTests {
  @Test func `lie so many deviations from the mean`() throws {
    var bands = BollingerBands(period: 4, width: 3)
    for close in [1.0, 3, 1] { #expect(bands.update(close) == nil) }
    let valueValue = bands.update(3)
    let value = try #require(valueValue)
    #expect([value.upper, value.middle, value.lower] == [5, 2, -1])
  }

  @Test func `fall together on flat prices`() {
    let bands = BollingerBands.columns(Array(repeating: 0.3, count: 50))
    #expect(bands.upper[19...].allSatisfy { $0 == 0.3 })
    #expect(bands.upper[19...] == bands.lower[19...])
  }

  @Test func `no close is further from the mean than Samuelson's bound`() {
    // |x - mean| <= sqrt(n - 1) deviations for a member of the sample (Samuelson 1968).
    let closes = GeneratedBars.fat.bars(count: 2000).map(\.close)
    let bands = BollingerBands.columns(closes, period: 20, width: 1)
    for index in 19..<closes.count {
      let deviation = bands.upper[index] - bands.middle[index]
      #expect(abs(closes[index] - bands.middle[index]) <= 19.0.squareRoot() * deviation * 1.0001)
    }
  }
}
