import Market
import Testing

@Suite struct BarSeriesTests {
  private func bar(_ time: String, close: Double = 1) throws -> Bar {
    Bar(
      time: try #require(Timestamp(iso: time)), open: 1, high: 2, low: 0.5, close: close,
      volume: 10)
  }

  private func hourly() throws -> BarSeries {
    BarSeries(
      symbol: "BTC", timeframe: .h1, calendar: .continuous,
      bars: [
        try bar("2024-01-01T00:00", close: 1), try bar("2024-01-01T01:00", close: 2),
        try bar("2024-01-01T04:00", close: 3),
      ])
  }

  @Test func `a bar is known at its close and not a millisecond before`() throws {
    let series = try hourly()
    for index in series.indices {
      let close = series.knownAt(index)
      #expect(close == series.times[index] + 3_600_000)
      #expect(series.countKnown(at: close - 1) == index)
      #expect(series.countKnown(at: close) == index + 1)
      #expect(series.countKnown(at: close + 1) == index + 1)
    }
    #expect(series.countKnown(at: .distantPast) == 0)
    #expect(series.countKnown(at: .distantFuture) == 3)
  }

  @Test func `nothing is known of an empty series`() {
    let series = BarSeries(symbol: "BTC", timeframe: .d1, calendar: .sessions)
    #expect(series.isEmpty)
    #expect(series.countKnown(at: .distantFuture) == 0)
    #expect(series.known(at: .distantFuture) == series)
  }

  @Test func `what is known agrees with a count one by one, gaps or not`() {
    var random = SplitMix(seed: 31)
    for _ in 0..<50 {
      var slot = Timestamp(year: 2024, month: 1, day: 1)
      var series = BarSeries(symbol: "X", timeframe: .m15, calendar: .continuous)
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        slot = slot + 900_000 * Int64.random(in: 1...4, using: &random)
        series.append(Bar(time: slot, open: 1, high: 1, low: 1, close: 1, volume: 0))
      }
      for _ in 0..<100 {
        let now =
          Timestamp(year: 2024, month: 1, day: 1)
          + Int64.random(in: 0...200, using: &random) * 450_000
        let count = series.times.count { $0 + 900_000 <= now }
        #expect(series.countKnown(at: now) == count)
        #expect(series.known(at: now) == series.prefix(count))
      }
    }
  }

  @Test func `holds a column a field and gives bars back`() throws {
    let series = try hourly()
    #expect(series.count == 3)
    #expect(series.closes == [1, 2, 3])
    #expect(series.coverage == [1, 1, 1])
    #expect(series[2] == (try bar("2024-01-01T04:00", close: 3)))
    #expect(
      BarSeries(symbol: "BTC", timeframe: .h1, calendar: .continuous, bars: Array(series))
        == series)
  }

  @Test func `counts the slots missing before a bar`() throws {
    let series = try hourly()
    #expect(series.indices.map { series.missingSlots(before: $0) } == [0, 0, 2])
  }

  @Test func `a prefix keeps every column`() throws {
    let prefix = try hourly().prefix(2)
    #expect(prefix.count == 2)
    #expect(prefix.closes == [1, 2])
    #expect(prefix.opens.count == 2 && prefix.highs.count == 2 && prefix.lows.count == 2)
    #expect(prefix.volumes == [10, 10])
    #expect(prefix.coverage.count == 2)
    #expect(prefix.symbol == "BTC" && prefix.timeframe == .h1 && prefix.calendar == .continuous)
  }
}
