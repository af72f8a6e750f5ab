import Market
import Store
import Testing

@Suite struct FormingBarTests {
  private func read(
    _ times: [String], _ timeframe: Timeframe, now: Timestamp, zoneMinutes: Int
  ) throws -> CSVBars {
    let options = IngestOptions(
      symbol: "X", timeframe: timeframe, zoneMinutes: zoneMinutes, now: now)
    let text = "time,open,high,low,close\n" + times.map { "\($0),10,12,9,11\n" }.joined()
    return try CSVBarReader(options: options).parse(Array(text.utf8), file: "x.csv")
  }

  /// The second of two days that are over at midnight of their own clock, or of UTC where that is later.
  @Test(
    arguments: [
      (["2020-01-02T00:00-05:00", "2020-01-03T00:00-05:00"], 0, 5),
      (["2020-01-02", "2020-01-03"], -300, 5),
      // The same instants as epochs, which the zone dates.
      (["1577941200", "1578027600"], -300, 5),
      (["2020-01-02T00:00+09:00", "2020-01-03T00:00+09:00"], 0, 0),
      (["2020-01-02", "2020-01-03"], 0, 0),
    ] as [([String], Int, Int)])
  func `a day is taken when it is over by UTC and by its own clock`(
    times: [String], zoneMinutes: Int, hour: Int
  ) throws {
    let closes = Timestamp(year: 2020, month: 1, day: 4, hour: hour)
    let early = try read(times, .d1, now: closes - 1, zoneMinutes: zoneMinutes)
    #expect(early.series[0].count == 1)
    #expect(
      early.rejected.map(\.reason) == [
        RejectReason.notClosed(Timestamp(year: 2020, month: 1, day: 3), closes: closes)
      ])
    let late = try read(times, .d1, now: closes, zoneMinutes: zoneMinutes)
    #expect(late.rejectedCount == 0)
    #expect(
      (0..<late.series[0].count).map { late.series[0][$0].time.date } == [
        "2020-01-02", "2020-01-03",
      ])
  }

  @Test func `a week is taken when its last day is over there, an hour by the hour`() throws {
    let weeks = ["2019-12-30T00:00-05:00", "2020-01-06T00:00-05:00"]
    let end = Timestamp(year: 2020, month: 1, day: 13, hour: 5)
    #expect(try read(weeks, .w1, now: end - 1, zoneMinutes: 0).series[0].count == 1)
    #expect(try read(weeks, .w1, now: end, zoneMinutes: 0).series[0].count == 2)
    let hours = ["2020-01-03T22:00-05:00", "2020-01-03T23:00-05:00"]
    let hour = Timestamp(year: 2020, month: 1, day: 4, hour: 5)
    #expect(try read(hours, .h1, now: hour - 1, zoneMinutes: 0).series[0].count == 1)
    #expect(try read(hours, .h1, now: hour, zoneMinutes: 0).series[0].count == 2)
  }
}
