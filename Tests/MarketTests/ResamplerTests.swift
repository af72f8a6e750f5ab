import Market
import Testing

/// Cases worked by hand.
@Suite struct ResamplerTests {
  private let monday = Timestamp(year: 2024, month: 1, day: 1)

  /// Hourly bars at the given hours after Monday 2024-01-01; close = hour, volume = hour + 1.
  private func hourly(
    _ hours: [Int], calendar: TradingCalendar = .continuous
  ) -> BarSeries {
    BarSeries(
      symbol: "X", timeframe: .h1, calendar: calendar, bars: hours.map { bar(atHour: $0) })
  }

  private func bar(atHour hour: Int) -> Bar {
    let price = Double(hour)
    return Bar(
      time: monday + Int64(hour) * 3_600_000, open: price - 0.5, high: price + 1,
      low: price - 1, close: price, volume: price + 1)
  }

  /// Daily bars on the given days after that Monday.
  private func daily(_ days: [Int], calendar: TradingCalendar) -> BarSeries {
    BarSeries(
      symbol: "X", timeframe: .d1, calendar: calendar,
      bars: days.map { day in
        Bar(
          time: monday + Int64(day) * 86_400_000, open: 1, high: 2, low: 0.5, close: 1, volume: 1)
      })
  }

  private func hours(_ series: BarSeries) -> [Int] {
    series.times.map { Int(($0 - monday) / 3_600_000) }
  }

  @Test func `four hours make a bar of four hours`() {
    let coarse = hourly([0, 1, 2, 3]).resampled(to: .h4)
    #expect(
      Array(coarse) == [
        Bar(time: monday, open: -0.5, high: 4, low: -1, close: 3, volume: 10)
      ])
    #expect(coarse.coverage == [1])
    #expect(coarse.timeframe == .h4)
  }

  @Test func `high and low come from any of the bars`() {
    let bars = [(10.0, 12.0, 9.0), (10, 30, 8), (10, 11, 2), (10, 12, 9)].enumerated().map {
      Bar(
        time: monday + Int64($0.offset) * 3_600_000, open: $0.element.0, high: $0.element.1,
        low: $0.element.2, close: 10, volume: 0)
    }
    let coarse = BarSeries(symbol: "X", timeframe: .h1, calendar: .continuous, bars: bars)
      .resampled(to: .h4)
    #expect(coarse.highs == [30])
    #expect(coarse.lows == [2])
  }

  @Test func `three quarters of the slots are enough and half is not`() {
    // The second bucket lacks hour 5, the third hours 9 and 10.
    let coarse = hourly([0, 1, 2, 3, 4, 6, 7, 8, 11, 12, 13, 14, 15]).resampled(to: .h4)
    #expect(hours(coarse) == [0, 4, 12])
    #expect(coarse.coverage == [1, 0.75, 1])
    #expect(coarse.volumes == [10, 20, 58])
  }

  @Test func `a bucket whose first slot is missing opens with its first bar`() {
    let coarse = hourly([0, 1, 2, 3, 5, 6, 7]).resampled(to: .h4)
    #expect(hours(coarse) == [0, 4])
    #expect(coarse.opens == [-0.5, 4.5])
  }

  @Test func `a first bucket that starts late is dropped, however full`() {
    #expect(hours(hourly([1, 2, 3, 4, 5, 6, 7]).resampled(to: .h4)) == [4])
    #expect(hourly([3]).resampled(to: .h4).isEmpty)
    // It is the first bucket that is partial; a later one may start late.
    #expect(hours(hourly([2, 3, 5, 6, 7]).resampled(to: .h4)) == [4])
  }

  @Test func `a first bucket that starts on time needs its share of slots too`() {
    #expect(hours(hourly([0, 1, 4, 5, 6, 7]).resampled(to: .h4)) == [4])
    #expect(hours(hourly([0, 1, 2, 4, 5, 6, 7]).resampled(to: .h4)) == [0, 4])
  }

  @Test func `the last bucket counts only once it is over`() {
    #expect(hours(hourly([0, 1, 2, 3, 4, 5, 6]).resampled(to: .h4)) == [0])
    #expect(hours(hourly([0, 1, 2, 3, 4, 5, 6, 7]).resampled(to: .h4)) == [0, 4])
  }

  @Test func `a missing last slot closes with time`() throws {
    var resampler = Resampler(from: .h1, to: .h4, calendar: .continuous)
    for hour in 0...2 {
      let (late, now) = resampler.update(bar(atHour: hour))
      #expect(late == nil && now == nil)
    }
    #expect(resampler.close(at: monday + 4 * 3_600_000 - 1) == nil)
    let onTime = resampler.close(at: monday + 4 * 3_600_000)
    let closed = try #require(onTime)
    #expect(closed.bar == Bar(time: monday, open: -0.5, high: 3, low: -1, close: 2, volume: 6))
    #expect(closed.coverage == 0.75)
    #expect(resampler.close(at: .distantFuture) == nil)
  }

  @Test func `a missing last slot closes with the next bar if nobody asked before`() throws {
    var resampler = Resampler(from: .h1, to: .h4, calendar: .continuous)
    for hour in 0...2 { _ = resampler.update(bar(atHour: hour)) }
    let (late, now) = resampler.update(bar(atHour: 9))
    #expect(try #require(late).bar.time == monday)
    #expect(now == nil)
  }

  @Test func `a late bar closes the bucket before and opens its own`() throws {
    // Quarters of an hour at 00:00, 00:15, 00:30 and then 01:15, 01:30, 01:45.
    var resampler = Resampler(from: .m15, to: .h1, calendar: .continuous)
    func quarter(_ index: Int64) -> Bar {
      Bar(time: monday + index * 900_000, open: 1, high: 1, low: 1, close: 1, volume: 1)
    }
    for index in [0, 1, 2] as [Int64] { _ = resampler.update(quarter(index)) }
    let first = resampler.update(quarter(5))
    #expect(try #require(first.late).bar.time == monday)
    #expect(first.now == nil)
    _ = resampler.update(quarter(6))
    let last = resampler.update(quarter(7))
    #expect(last.late == nil)
    #expect(try #require(last.now).bar.time == monday + 3_600_000)
    #expect(last.now?.coverage == 0.75)
  }

  @Test func `a week of foreign exchange has five days`() {
    // Five days; a holiday; two holidays, which is 60 per cent; five again.
    let coarse = daily(
      [0, 1, 2, 3, 4, 7, 8, 10, 11, 15, 16, 18, 21, 22, 23, 24, 25, 28], calendar: .weekdays
    ).resampled(to: .w1)
    #expect(hours(coarse) == [0, 7 * 24, 21 * 24])
    #expect(coarse.coverage == [1, 0.8, 1])
  }

  @Test func `a day of foreign exchange on Friday has twenty-one hours`() {
    let thursday = Array(72..<96)
    let friday = Array(96..<120)
    let coarse = hourly(thursday + friday.dropLast(6) + [168], calendar: .weekdays)
      .resampled(to: .d1)
    #expect(hours(coarse) == [72, 96])
    #expect(coarse.coverage == [1, 18.0 / 21])
  }

  @Test func `the last hours of a week of foreign exchange make a bar`() {
    // From Friday's midnight to New York's close in winter, and from its opening on Sunday.
    let coarse = hourly(Array(96..<118) + [166, 167], calendar: .weekdays).resampled(to: .h4)
    #expect(hours(coarse) == [96, 100, 104, 108, 112, 116, 164])
    #expect(coarse.coverage.allSatisfy { $0 == 1 })
    #expect(coarse.indices.allSatisfy { coarse.missingSlots(before: $0) == 0 })
  }

  @Test func `a week of foreign exchange that opens on Sunday evening has five days`() {
    // From Sunday 22:00 to Friday 22:00, three times: winter in New York.
    let weeks = (0..<3).flatMap { week in (-2..<118).map { week * 168 + $0 } }
    let coarse = hourly(weeks + [502, 503, 504], calendar: .weekdays).resampled(to: .d1)
    #expect(hours(coarse) == (0..<15).map { ($0 / 5 * 7 + $0 % 5) * 24 })
    #expect(coarse.coverage.allSatisfy { $0 == 1 })
    #expect(coarse.indices.allSatisfy { coarse.missingSlots(before: $0) == 0 })
    // From Friday's last price to Monday's: Sunday's hours are in it.
    #expect(coarse.closes[4] == 117 && coarse.opens[5] == 167.5 && coarse.closes[5] == 191)
  }

  @Test func `a weekend that trades whole days keeps them`() {
    let coarse = hourly(Array(96..<192), calendar: .weekdays).resampled(to: .d1)
    #expect(hours(coarse) == [96, 120, 144, 168])
  }

  @Test func `a session of seven hourly bars is a day and a short one is none`() {
    let sessions = (0..<4).flatMap { day in (14..<21).map { day * 24 + $0 } }
    // Only 14:00 to 16:00 on the fifth day, then a whole one.
    let coarse = hourly(
      sessions + [96 + 14, 96 + 15, 96 + 16] + (14..<21).map { 168 + $0 } + [192 + 14],
      calendar: .sessions
    ).resampled(to: .d1)
    #expect(hours(coarse).filter { $0 > 0 } == [24, 48, 72, 168])
    #expect(coarse.coverage.allSatisfy { $0 == 1 })
  }

  @Test func `a week of sessions may have a holiday or two`() {
    // Five days, four, three and two.
    let coarse = daily(
      [0, 1, 2, 3, 4, 7, 8, 9, 10, 14, 15, 17, 21, 22, 28], calendar: .sessions
    ).resampled(to: .w1)
    #expect(hours(coarse) == [0, 7 * 24, 14 * 24])
    #expect(coarse.coverage == [1, 1, 0.75])
  }
}
