import Market
import Models
import Research
import SignalGraph
import Testing

/// How history is cut, worked by hand, and which jobs follow.
@Suite struct FoldPlanTests {
  private func day(_ day: Int, hour: Int = 0) -> Timestamp {
    GeneratedMarket.time(day: day, hour: hour)
  }

  @Test func `a hundred days: test windows over the last sixty, inner ones over days 20 to 40`()
    throws
  {
    var split = SplitSettings()
    split.folds = 3
    let plan = try FoldPlan(split, start: day(0), end: day(100))
    #expect(plan.outer.map(\.testFrom) == [day(40), day(60), day(80)])
    #expect(plan.outer.map(\.testTo) == [day(60), day(80), day(100)])
    #expect(plan.outer.map(\.name) == ["outer 1", "outer 2", "outer 3"])
    #expect(plan.inner.map(\.testFrom) == [day(20), day(25), day(30), day(35)])
    #expect(plan.inner.map(\.testTo) == [day(25), day(30), day(35), day(40)])
    #expect(plan.inner.map(\.name) == ["inner 1", "inner 2", "inner 3", "inner 4"])
    #expect(plan.serving.testFrom == day(100) && plan.serving.testTo == .distantFuture)
    #expect(plan.serving.name == "serving")
  }

  @Test(arguments: [
    (start: 5, end: 4800, folds: 6, inner: 4), (start: 29, end: 5347, folds: 7, inner: 3),
    (start: 13, end: 2999, folds: 1, inner: 0), (start: 0, end: 9001, folds: 11, inner: 5),
  ])
  func `windows join, and their borders within the data lie on midnights`(
    start: Int, end: Int, folds: Int, inner: Int
  ) throws {
    var split = SplitSettings()
    split.folds = folds
    split.innerFolds = inner
    let (from, to) = (day(0, hour: start), day(0, hour: end))
    let plan = try FoldPlan(split, start: from, end: to)
    #expect(plan.outer.count == folds && plan.inner.count == inner)
    for fold in plan.inner + plan.outer {
      #expect(fold.testFrom < fold.testTo)
      #expect(fold.testFrom.millisecondOfDay == 0, "\(fold.name) starts at \(fold.testFrom)")
    }
    for windows in [plan.inner, plan.outer] {
      for (a, b) in zip(windows, windows.dropFirst()) { #expect(a.testTo == b.testFrom) }
    }
    #expect(plan.outer[folds - 1].testTo == to)
    // The inner windows fill the last half of the first training window.
    let first = plan.outer[0].testFrom
    let fifth = from + (to - from) * 2 / 5
    #expect(first <= fifth && fifth - first < Timestamp.millisecondsPerDay)
    if let last = plan.inner.last {
      #expect(last.testTo == first)
      let half = from + (first - from) / 2
      #expect(half - plan.inner[0].testFrom < Timestamp.millisecondsPerDay)
      #expect(plan.inner[0].testFrom <= half)
    }
  }

  @Test func `a rolling window forgets, an anchored one starts where it is told`() throws {
    var split = SplitSettings()
    split.folds = 3
    split.embargo = 2
    split.walkForward = .rolling
    split.window = 50 * Timestamp.millisecondsPerDay
    let rolling = try FoldPlan(split, start: day(0), end: day(100))
    let all = rolling.inner + rolling.outer + [rolling.serving]
    // Windows that reach beyond the first bar are those of the expanding walk-forward, to the name.
    #expect(
      all.map { rolling.window($0, .d1).from } == [
        nil, nil, nil, nil, nil, day(10), day(30), day(50),
      ])
    let last = rolling.window(rolling.outer[2], .d1)
    #expect(last.to == day(78))
    // A tenth of the 48 days that are left, in hours: 115.2.
    #expect(last.stopFrom == day(78) - 414_720_000)
    // Test windows are the same.
    let expanding = try FoldPlan(SplitSettings.with(folds: 3), start: day(0), end: day(100))
    #expect(rolling.outer.map(\.testFrom) == expanding.outer.map(\.testFrom))

    split.walkForward = .anchored
    split.anchor = day(20)
    let anchored = try FoldPlan(split, start: day(0), end: day(100))
    // Two fifths of the eighty days that are left.
    #expect(anchored.outer[0].testFrom == day(52))
    #expect(anchored.inner[0].testFrom == day(36))
    for fold in anchored.inner + anchored.outer {
      #expect(anchored.window(fold, .h1).from == day(20))
    }
    split.anchor = nil
    let free = try FoldPlan(split, start: day(0), end: day(100))
    #expect(free.window(free.outer[0], .h1) == expanding.window(expanding.outer[0], .h1))
  }

  @Test
  func `a training window ends an embargo before its test window, the serving one at the end`()
    throws
  {
    var split = SplitSettings()
    split.folds = 3
    split.embargo = 2
    split.earlyStopping = 0.1
    let plan = try FoldPlan(split, start: day(0), end: day(100))
    let hourly = plan.window(plan.outer[1], .h1)
    #expect(hourly.from == nil)
    #expect(hourly.to == day(59, hour: 22))
    // A tenth of 59 d 22 h is 5 d 23 h 48 min.
    #expect(hourly.stopFrom == day(53, hour: 22) + 12 * 60_000)
    #expect(hourly.trainTo == day(53, hour: 20) + 12 * 60_000)
    let daily = plan.window(plan.outer[1], .d1)
    #expect(daily.to == day(58))
    #expect(daily.trainTo == daily.stopFrom - 2 * Timestamp.millisecondsPerDay)
    #expect(plan.window(plan.inner[2], .h4).to == day(29, hour: 16))
    #expect(plan.window(plan.serving, .h1).to == day(100))
    #expect(plan.window(plan.serving, .d1).to == day(100))

    split.embargo = 0
    let near = try FoldPlan(split, start: day(0), end: day(100))
    #expect(near.window(near.outer[1], .h1).to == day(60))
  }

  @Test func `dates in the file decide where tests start and end`() throws {
    var split = SplitSettings()
    split.folds = 2
    split.start = day(50)
    split.end = day(90)
    let plan = try FoldPlan(split, start: day(0), end: day(100))
    #expect(plan.outer.map(\.testFrom) == [day(50), day(70)])
    #expect(plan.inner[0].testFrom == day(25) && plan.inner[3].testTo == day(50))
    #expect(plan.serving.testFrom == day(90))
    #expect(plan.window(plan.serving, .h1).to == day(90))
    split.end = day(300)
    #expect(try FoldPlan(split, start: day(0), end: day(100)).serving.testFrom == day(100))
  }

  @Test func `windows of 25 days from day 40 on: the last one ends with the data`() throws {
    let split = SplitSettings.with(every: 25, from: day(40))
    let plan = try FoldPlan(split, start: day(0), end: day(100, hour: 7))
    #expect(plan.outer.map(\.testFrom) == [day(40), day(65), day(90)])
    #expect(plan.outer.map(\.testTo) == [day(65), day(90), day(100, hour: 7)])
    #expect(plan.outer.map(\.name) == ["outer 1", "outer 2", "outer 3"])
    #expect(plan.inner.map(\.testFrom) == [day(20), day(25), day(30), day(35)])
    #expect(plan.serving.testFrom == day(100, hour: 7))
    // The close that fills a window is judged by the next one, in which it is alone.
    let full = try FoldPlan(split, start: day(0), end: day(90))
    #expect(full.outer.map(\.testFrom) == [day(40), day(65), day(90)])
    #expect(full.outer.map(\.testTo) == [day(65), day(90), day(90)])
    let almost = try FoldPlan(split, start: day(0), end: day(89, hour: 23))
    #expect(almost.outer.map(\.testTo) == [day(65), day(89, hour: 23)])
    // One window that is not full, and an end that is asked for.
    #expect(try FoldPlan(split, start: day(0), end: day(41)).outer.map(\.testTo) == [day(41)])
    var ended = split
    ended.end = day(70)
    #expect(
      try FoldPlan(ended, start: day(0), end: day(100)).outer.map(\.testTo) == [day(65), day(70)])
  }

  @Test(arguments: [(start: 3, first: 41, every: 7), (0, 90, 91), (11, 30, 1), (5, 77, 30)])
  func `a later end moves no window of a fixed length, and every border of a number of windows`(
    start: Int, first: Int, every: Int
  ) throws {
    let split = SplitSettings.with(every: every, from: day(first))
    var counted = split
    counted.every = nil
    for hours in stride(from: 24 * (first + 1), to: 24 * (first + 3 * every + 20), by: 17) {
      let (end, later) = (day(0, hour: hours), day(1, hour: hours))
      let plan = try FoldPlan(split, start: day(start), end: end)
      let grown = try FoldPlan(split, start: day(start), end: later)
      #expect(plan.inner == grown.inner)
      #expect(plan.outer.last?.testTo == end && grown.outer.last?.testTo == later)
      for (before, after) in zip(plan.outer, grown.outer) {
        #expect(before.testFrom == after.testFrom && before.index == after.index)
        if before.testTo < end { #expect(before == after) }
        // Its models see the same bars, whether it is full or not.
        #expect(plan.window(before, .h4) == grown.window(after, .h4))
      }
      for (a, b) in zip(plan.outer, plan.outer.dropFirst()) { #expect(a.testTo == b.testFrom) }
      // Six days for six windows: the k-th border moves by k days.
      let cut = try FoldPlan(counted, start: day(start), end: end)
      let moved = try FoldPlan(counted, start: day(start), end: day(6, hour: hours))
      for (before, after) in zip(cut.outer, moved.outer) {
        #expect(
          after.testFrom - before.testFrom
            == Int64(before.index) * Timestamp.millisecondsPerDay)
      }
    }
  }

  @Test func `a first test window outside the data is an error that says where the data are`() {
    for (start, end) in [(day(0), nil), (day(100), nil), (day(200), nil), (day(50), day(50))]
      as [(Timestamp, Timestamp?)]
    {
      var split = SplitSettings()
      split.start = start
      split.end = end
      let error = ResearchError.noTestWindow(
        start: day(0), first: start, end: end ?? day(100))
      #expect(throws: error) { try FoldPlan(split, start: day(0), end: day(100)) }
      #expect(error.description.contains("split.start"))
    }
  }

  @Test func `without a network to share a node is a job of its own`() async throws {
    var portfolio = Portfolio.small()
    portfolio.variance.method = .har
    let history = try Laboratory.market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let daily = try TrainingPlan(portfolio, history: history, tables: tables).jobs
      .filter { $0.timeframe == .d1 }
    #expect(daily.count == 3 * 3)
    #expect(daily.allSatisfy { !$0.withForecast && $0.requests.count == 1 })
  }

  @Test func `jobs: pools, inner folds where there are forecasts, and notes on why not`()
    async throws
  {
    let base = try await Laboratory.base.value
    let plan = base.plan
    let daily = plan.jobs.filter { $0.timeframe == .d1 }
    // No forecast, so no inner folds: two test windows and the serving models; the network of the
    // variance is one for all symbols.
    #expect(daily.count == 3)
    #expect(daily.allSatisfy { !$0.withForecast && $0.requests.count == 3 })
    #expect(daily.allSatisfy { $0.fold.kind != .inner })
    for timeframe in [Timeframe.h1, .h4] {
      let jobs = plan.jobs.filter { $0.timeframe == timeframe }
      #expect(jobs.count == 5)
      #expect(jobs.allSatisfy { $0.withForecast })
      #expect(jobs.allSatisfy { $0.requests.map(\.key.symbol) == GeneratedMarket.symbols })
      #expect(
        Set(jobs.map(\.fold)) == Set(plan.folds.inner + plan.folds.outer + [plan.folds.serving]))
    }
    for job in plan.jobs { #expect(job.window == plan.folds.window(job.fold, job.timeframe)) }
    #expect(plan.notes.map(\.timeframe) == [.d1, .d1, .d1])
    // LTC, listed on day 20, has the fewest daily bars.
    let bars = base.tables[NodeKey("LTC", .d1)].countKnown(
      at: plan.folds.window(plan.folds.outer[0], .d1).to)
    #expect(plan.notes[0].text == "\(bars) bars, a mean forecast needs 400")
    #expect(plan.notes[0].fold == plan.folds.outer[0])
  }

  @Test func `with weights per node every job is one node, and a weight of zero has no forecast`()
    async throws
  {
    var portfolio = Portfolio.small()
    portfolio.forecast.scope = .node
    portfolio.timeframes[0].weight = 0
    let history = try Laboratory.market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let plan = try TrainingPlan(portfolio, history: history, tables: tables)
    #expect(plan.jobs.allSatisfy { $0.requests.count == 1 })
    #expect(plan.jobs.filter(\.withForecast).allSatisfy { $0.timeframe == .h4 })
    #expect(plan.jobs.count == 3 * (3 + 5 + 3))
    #expect(plan.notes.allSatisfy { $0.timeframe == .d1 })
  }

  @Test func `the first fold without enough bars has no forecast, the later ones have`()
    async throws
  {
    var portfolio = Portfolio.small()
    let history = try Laboratory.market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    portfolio.forecast.minimumBars = 700
    let plan = try TrainingPlan(portfolio, history: history, tables: tables)
    let slow = plan.jobs.filter { $0.timeframe == .h4 }
    #expect(slow.filter { $0.fold == plan.folds.outer[0] }.allSatisfy { !$0.withForecast })
    #expect(slow.filter { $0.fold == plan.folds.outer[1] }.allSatisfy { $0.withForecast })
    // Inner folds are exempt: they give the later ones their evidence.
    #expect(slow.filter { $0.fold.kind == .inner }.count == 2)
    #expect(slow.filter { $0.fold.kind == .inner }.allSatisfy { $0.withForecast })
    #expect(plan.notes.filter { $0.timeframe == .h4 }.map(\.fold) == [plan.folds.outer[0]])
  }
}

extension SplitSettings {
  fileprivate static func with(folds: Int) -> SplitSettings {
    var settings = SplitSettings()
    settings.folds = folds
    return settings
  }

  /// - Parameter every: days.
  fileprivate static func with(every: Int, from start: Timestamp) -> SplitSettings {
    var settings = SplitSettings()
    settings.start = start
    settings.every = Int64(every) * Timestamp.millisecondsPerDay
    return settings
  }
}
