import Foundation
import Indicators
import Market
import Testing

@Suite struct CyclicTimeTests {
  @Test func `quarters of the day are exact`() {
    let day = Timestamp(year: 2024, month: 2, day: 29)
    let places = [0, 6, 12, 18].map {
      CyclicTime(timeOfDay: day + Int64($0) * 3_600_000)
    }
    #expect(places.map(\.sine) == [0, 1, 0, -1])
    #expect(places.map(\.cosine) == [1, 0, -1, 0])
  }

  @Test(arguments: [0, 86_400_000 * 20_000, -86_400_000 * 3000] as [Int64])
  func `every five minutes lie on the circle where they belong`(day: Int64) {
    for minute in stride(from: 0, to: 1440, by: 5) {
      let time = Timestamp(milliseconds: day + Int64(minute) * 60_000)
      let place = CyclicTime(timeOfDay: time)
      let angle = 2 * Double.pi * Double(minute) / 1440
      #expect(abs(place.sine - sin(angle)) < 1e-15)
      #expect(abs(place.cosine - cos(angle)) < 1e-15)
    }
  }

  @Test func `the days of a week start on Monday and differ`() {
    let monday = Timestamp(year: 2024, month: 1, day: 1)
    for day in 0..<14 {
      let place = CyclicTime(dayOfWeek: monday + Int64(day) * 86_400_000 + 7_654_321)
      let angle = 2 * Double.pi * Double(day % 7) / 7
      #expect(abs(place.sine - sin(angle)) < 1e-15)
      #expect(abs(place.cosine - cos(angle)) < 1e-15)
    }
  }
}
