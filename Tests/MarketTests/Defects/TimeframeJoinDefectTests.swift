import Market
import Testing

/// B: a slow timeframe that is seen by a fast one before its bar has closed, or a bar too late.
///
/// Seen too early: freqtrade #4073, technical #60, TorchTrade #10, pandas PR #26754, nautilus #4577.
/// Seen too late: freqtrade #4255. Wrong slots in a bucket: LEAN #4885 (one too many), #8442 (some
/// dropped).
@Suite struct DefectB_TimeframeLeakageTests {
  private static let hour: Int64 = 3_600_000
  private static let start = Timestamp(year: 2020, month: 1, day: 6)

  /// Hourly bars from some hour on, of which a few are missing; no two bars are alike.
  private func hours(seed: UInt64) -> BarSeries {
    var random = SplitMix(seed: seed)
    let first = Int.random(in: 0..<30, using: &random)
    let count = 150 + Int.random(in: 0..<60, using: &random)
    let chance = Double.random(in: 0...0.4, using: &random)
    let bars = (first..<first + count).compactMap { index -> Bar? in
      guard index == first || Double.random(in: 0..<1, using: &random) >= chance else { return nil }
      let (open, close) = (Double.random(in: 1...9, using: &random), Double(index))
      return Bar(
        time: Self.start + Int64(index) * Self.hour, open: open, high: 1000 + close,
        low: open / 1000, close: close, volume: 1)
    }
    return BarSeries(symbol: "A", timeframe: .h1, calendar: .continuous, bars: bars)
  }

  /// The buckets of a slow timeframe by plain search: those that start with the series or later and
  /// have three quarters of their hours, whenever they end.
  private func buckets(_ series: BarSeries, _ slow: Timeframe) -> [(end: Timestamp, bar: Bar)] {
    var all: [(end: Timestamp, bar: Bar)] = []
    var time = slow.slot(containing: series.times[0])
    while time <= series.times[series.count - 1] {
      let end = time + slow.milliseconds
      let members = series.filter { $0.time >= time && $0.time < end }
      let isWhole = 4 * Int64(members.count) * Self.hour >= 3 * slow.milliseconds
      if let first = members.first, let last = members.last, isWhole, time >= series.times[0] {
        let bar = Bar(
          time: time, open: first.open, high: members.map(\.high).max() ?? 0,
          low: members.map(\.low).min() ?? 0, close: last.close, volume: Double(members.count))
        all.append((end, bar))
      }
      time = end
    }
    return all
  }

  @Test(arguments: [Timeframe.h2, .h4, .h12, .d1])
  func `a slow bar is visible at a fast close exactly when it has closed`(slow: Timeframe) {
    var (joins, exact, late) = (0, 0, 0)
    for seed in 0..<60 {
      let series = hours(seed: UInt64(seed))
      let last = series.knownAt(series.count - 1)
      let all = buckets(series, slow)
      let resampled = series.resampled(to: slow, at: last)
      for index in series.indices {
        let close = series.knownAt(index)
        let visible = Array(resampled.known(at: close))
        #expect(visible == all.filter { $0.end <= close }.map(\.bar))
        // The bars that had come by then say the same: nothing is filled in afterwards.
        #expect(Array(series.known(at: close).resampled(to: slow, at: close)) == visible)
        joins += visible.count
        if all.contains(where: { $0.end == close }) { exact += 1 }
      }
      for (end, bar) in all where end <= last {
        // Not one millisecond before its close, and at its close at once, whoever trades then.
        #expect(resampled.known(at: end - 1).last?.time != bar.time)
        #expect(resampled.known(at: end).last == bar)
        if !series.indices.contains(where: { series.knownAt($0) == end }) { late += 1 }
      }
    }
    // The markets do have bars that close with a fast one and bars that close without; two hours of
    // which one is missing are no bar.
    #expect(joins > 1000 && exact > 50 && (late > 5 || slow == .h2))
  }

  @Test func `a day has its own 24 hours, none of its neighbours', and partial days are none`() {
    // From 05:00 on the first day to 20:00 on the fourth; hour i opens at i and closes at i + 0.5.
    let series = BarSeries(
      symbol: "A", timeframe: .h1, calendar: .continuous,
      bars: (5..<92).map {
        Bar(
          time: Self.start + Int64($0) * Self.hour, open: Double($0), high: Double($0) + 0.5,
          low: Double($0), close: Double($0) + 0.5, volume: 1)
      })
    let days = series.resampled(to: .d1, at: series.knownAt(series.count - 1))
    #expect(days.opens == [24, 48] && days.closes == [47.5, 71.5])
    #expect(days.volumes == [24, 24] && days.lows == [24, 48] && days.highs == [47.5, 71.5])
    #expect(days.coverage == [1, 1])
  }
}

/// D6: times with and without a zone were compared and ended in an error (the original's
/// `_prepare_data`); H: every time here is an instant in UTC.
@Suite struct DefectD6_TimeZoneTests {
  @Test func `a time with a zone, one without and an epoch are one instant`() throws {
    let noon = Timestamp(year: 2020, month: 3, day: 29, hour: 12)
    for text in ["2020-03-29T12:00", "2020-03-29 12:00:00Z", "2020-03-29T14:00+02:00"] {
      #expect(try #require(Timestamp(iso: text)) == noon)
    }
    #expect(Timestamp(milliseconds: 1_585_483_200_000) == noon)
  }
}
