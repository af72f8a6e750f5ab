import Indicators
import Testing

@Suite struct OBVTests {
  @Test func `adds on a rise, takes off on a fall and starts with the first bar`() {
    let column = OBV.column(closes: [5, 6, 6, 4, 7], volumes: [10, 1, 2, 3, 4])
    #expect(column == [10, 11, 11, 8, 12])
  }

  @Test func `whole volumes add up exactly`() {
    let closes = (0..<1000).map { Double($0 % 7) }
    let volumes = (0..<1000).map { Double($0 * $0) }
    var balance = 0
    var last = -1.0
    let expected = zip(closes, volumes).map { close, volume in
      balance += close > last ? Int(volume) : close < last ? -Int(volume) : 0
      last = close
      return Double(balance)
    }
    #expect(OBV.column(closes: closes, volumes: volumes) == expected)
  }

  @Test func `a million tenths are off by no more than a few roundings`() {
    let count = 1_000_000
    let column = OBV.column(
      closes: (0..<count).map(Double.init), volumes: Array(repeating: 0.1, count: count))
    // The product is rounded once; summed plainly, the tenths end 1e-6 away.
    #expect(abs(column[count - 1] - 0.1 * Double(count)) <= 3 * (0.1 * Double(count)).ulp)
  }
}
