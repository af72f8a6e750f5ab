import Market
import Testing

/// What holds for every series, tried on generated ones with gaps.
@Suite struct ResamplerInvariantTests {
  private struct Case: CustomTestStringConvertible, Sendable {
    var source: Timeframe
    var target: Timeframe
    var calendar: TradingCalendar
    var testDescription: String { "\(source) to \(target), \(calendar.rawValue)" }
  }

  private static let cases = [
    Case(source: .m1, target: .m5, calendar: .continuous),
    Case(source: .h1, target: .h4, calendar: .continuous),
    Case(source: .h1, target: .d1, calendar: .continuous),
    Case(source: .h4, target: .w1, calendar: .continuous),
    Case(source: .d1, target: .w1, calendar: .continuous),
    Case(source: .h1, target: .d1, calendar: .weekdays),
    Case(source: .d1, target: .w1, calendar: .weekdays),
    Case(source: .h1, target: .d1, calendar: .sessions),
    Case(source: .d1, target: .w1, calendar: .sessions),
  ]

  /// Bars with whole volumes, so that sums are exact; one slot in ten missing, and now and then a
  /// long outage. Closed hours of the calendar have no bars.
  private func gappy(_ setting: Case, seed: UInt64) -> BarSeries {
    var random = SplitMix(seed: seed)
    var slot = setting.source.slot(
      containing: Timestamp(year: 2019, month: 12, day: 28, hour: Int(seed % 24)))
    var series = BarSeries(symbol: "X", timeframe: setting.source, calendar: setting.calendar)
    for _ in 0..<600 {
      let step = Int64.random(in: 0..<10, using: &random) == 0 ? 2 : 1
      let outage = Int64.random(in: 0..<100, using: &random) == 0 ? Int64(13) : 0
      slot = slot + setting.source.milliseconds * (Int64(step) + outage)
      let hour = slot.millisecondOfDay / 3_600_000
      switch setting.calendar {
      case .continuous: break
      case .weekdays: if slot.weekday >= 5 { continue }
      case .sessions:
        if slot.weekday >= 5 { continue }
        if setting.source.isIntraday, !(14..<21).contains(hour) { continue }
      }
      let price = Double(Int.random(in: 50...150, using: &random))
      series.append(
        Bar(
          time: slot, open: price, high: price + 3, low: price - 3, close: price + 1,
          volume: Double(Int.random(in: 0...1000, using: &random))))
    }
    return series
  }

  @Test(arguments: cases)
  private func `a coarse bar is what its finer bars say`(setting: Case) {
    for seed in 1...5 as ClosedRange<UInt64> {
      let series = gappy(setting, seed: seed)
      let coarse = series.resampled(to: setting.target)
      #expect(!coarse.isEmpty)
      for (index, bar) in coarse.enumerated() {
        let end = bar.time + setting.target.milliseconds
        let finer = series.filter { $0.time >= bar.time && $0.time < end }
        #expect(bar.open == finer.first?.open && bar.close == finer.last?.close)
        #expect(bar.high == finer.map(\.high).max() && bar.low == finer.map(\.low).min())
        #expect(bar.volume == finer.map(\.volume).reduce(0, +))
        #expect(coarse.coverage[index] >= 0.75 && coarse.coverage[index] <= 1)
        if setting.calendar == .continuous {
          let slots = Double(setting.target.milliseconds / setting.source.milliseconds)
          #expect(coarse.coverage[index] == Double(finer.count) / slots)
        }
      }
    }
  }

  @Test(arguments: cases)
  private func `every bucket with enough slots is there, but for the first and last`(
    setting: Case
  ) throws {
    guard setting.calendar == .continuous else { return }
    let series = gappy(setting, seed: 3)
    let slots = Int(setting.target.milliseconds / setting.source.milliseconds)
    let first = setting.target.slot(containing: try #require(series.times.first))
    let end = series.knownAt(series.count - 1)
    var expected: [Timestamp] = []
    var bucket = first
    while bucket + setting.target.milliseconds <= end {
      let finer = series.times.filter { setting.target.slot(containing: $0) == bucket }
      if 4 * finer.count >= 3 * slots, bucket > first || finer.first == bucket {
        expected.append(bucket)
      }
      bucket = bucket + setting.target.milliseconds
    }
    #expect(series.resampled(to: setting.target).times == expected)
  }

  /// No look-ahead: at every instant t, the bars known at t, closed at t, give exactly those coarse
  /// bars of the whole history that are known at t.
  @Test(arguments: cases)
  private func `what is known at an instant does not change later`(setting: Case) {
    let series = gappy(setting, seed: 7)
    let whole = series.resampled(to: setting.target)
    var resampler = Resampler(
      from: setting.source, to: setting.target, calendar: setting.calendar)
    var streamed = BarSeries(
      symbol: "X", timeframe: setting.target, calendar: setting.calendar)
    func take(_ closed: (bar: Bar, coverage: Double)?) {
      if let closed { streamed.append(closed.bar, coverage: closed.coverage) }
    }
    var next = 0
    var now = series.times[0]
    while next < series.count {
      now = now + setting.source.milliseconds
      if next < series.countKnown(at: now) {
        let (late, complete) = resampler.update(series[next])
        take(late)
        take(complete)
        next += 1
      }
      take(resampler.close(at: now))
      #expect(streamed == whole.known(at: now), "at \(now)")
    }
    #expect(streamed == whole)
  }

  @Test(arguments: cases)
  private func `corrupting later bars changes no bar that was known`(setting: Case) {
    let series = gappy(setting, seed: 9)
    let whole = series.resampled(to: setting.target)
    for cut in stride(from: 1, to: series.count, by: 17) {
      let now = series.knownAt(cut - 1)
      var corrupted = series.prefix(cut)
      for index in cut..<series.count {
        let time = series.times[index]
        corrupted.append(
          Bar(time: time, open: 1e6, high: 1e9, low: 1e-9, close: 1e3, volume: 1e12))
      }
      #expect(corrupted.resampled(to: setting.target).known(at: now) == whole.known(at: now))
      // And with no later bar at all, the batch is a beginning of the whole.
      let short = series.prefix(cut).resampled(to: setting.target)
      #expect(short == whole.prefix(short.count))
    }
  }

  @Test(arguments: cases)
  private func `bar by bar gives what the whole series gives`(setting: Case) {
    for seed in 1...5 as ClosedRange<UInt64> {
      let series = gappy(setting, seed: seed)
      var resampler = Resampler(
        from: setting.source, to: setting.target, calendar: setting.calendar)
      var streamed: [Bar] = []
      for bar in series {
        let (late, now) = resampler.update(bar)
        if let late { streamed.append(late.bar) }
        if let now { streamed.append(now.bar) }
      }
      #expect(streamed == Array(series.resampled(to: setting.target)))
    }
  }
}
