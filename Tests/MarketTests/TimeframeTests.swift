import Market
import Testing

@Suite struct TimeframeTests {
  @Test func `are eleven, finest first, known by name and by length`() {
    #expect(
      Timeframe.all.map(\.name)
        == ["1m", "5m", "15m", "30m", "1h", "2h", "4h", "8h", "12h", "1d", "1w"])
    #expect(Timeframe.all == Timeframe.all.sorted())
    for timeframe in Timeframe.all {
      #expect(Timeframe(timeframe.name) == timeframe)
      #expect(Timeframe(milliseconds: timeframe.milliseconds) == timeframe)
      #expect("\(timeframe)" == timeframe.name)
    }
  }

  @Test(arguments: ["", "3h", "1H", "60m", "1 h", "1M"])
  func `no other name is a timeframe`(name: String) {
    #expect(Timeframe(name) == nil)
  }

  @Test(arguments: [0, -60_000, 60_001, 3 * 3_600_000] as [Int64])
  func `no other length is a timeframe`(milliseconds: Int64) {
    #expect(Timeframe(milliseconds: milliseconds) == nil)
  }

  @Test(arguments: [
    ("4h", "2024-01-03T07:59:59.999", "2024-01-03T04:00"),
    ("4h", "2024-01-03T08:00", "2024-01-03T08:00"),
    ("12h", "1969-12-31T23:00", "1969-12-31T12:00"), ("1d", "1969-12-31T00:00", "1969-12-31"),
    ("1w", "2024-01-07T23:59", "2024-01-01"), ("1w", "2024-01-08", "2024-01-08"),
    ("1w", "1970-01-01", "1969-12-29"), ("1w", "1969-12-28T12:00", "1969-12-22"),
    ("15m", "1969-12-31T23:59:59.999", "1969-12-31T23:45"),
  ])
  func `a slot opens at or before the instant`(name: String, time: String, open: String) throws {
    let timeframe = try #require(Timeframe(name))
    let instant = try #require(Timestamp(iso: time))
    #expect(timeframe.slot(containing: instant) == Timestamp(iso: open))
  }

  @Test(arguments: Timeframe.all)
  func `slots tile time without gap or overlap, before 1970 too`(timeframe: Timeframe) {
    var random = SplitMix(seed: 21)
    for _ in 0..<2000 {
      let time = Timestamp(
        milliseconds: Int64.random(in: -5_000_000_000_000...5_000_000_000_000, using: &random))
      let slot = timeframe.slot(containing: time)
      #expect(slot <= time && time < slot + timeframe.milliseconds)
      #expect(timeframe.isOnGrid(slot))
      #expect(timeframe.slot(containing: slot) == slot)
      #expect(timeframe.slot(containing: slot - 1) == slot - timeframe.milliseconds)
      #expect(!timeframe.isOnGrid(slot + 1))
      if timeframe == .w1 { #expect(slot.weekday == 0 && slot.millisecondOfDay == 0) }
      // Grids nest: a slot opens where a slot of each divisor opens.
      for finer in Timeframe.all where timeframe.milliseconds % finer.milliseconds == 0 {
        #expect(finer.isOnGrid(slot))
      }
    }
  }

  @Test func `intraday ends before the day`() {
    #expect(Timeframe.all.filter(\.isIntraday).last == .h12)
  }
}
