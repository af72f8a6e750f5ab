import Kernels
import Market
import Models
import Research
import SignalGraph
import Testing

/// Combinatorial purged cross-validation: groups, splits, paths and what each split may see, by hand.
///
/// A weight is decided by 30 returns here, that is by the closes of 31 days: the first group begins on day 31.
@Suite struct CombinatorialPlanTests {
  private func plan(
    days: Int = 91, groups: Int = 6, tested: Int = 2, embargo: Int = 3,
    _ change: (inout Portfolio) -> Void = { _ in }
  ) async throws -> (plan: CombinatorialPlan, history: MarketHistory, tables: NodeTables) {
    var portfolio = Portfolio.small(symbols: ["BTC"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.split.cpcvGroups = groups
    portfolio.split.cpcvTestGroups = tested
    portfolio.split.embargo = embargo
    change(&portfolio)
    let history = try GeneratedMarket(seed: 3, days: days, gaps: false).history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    return (
      try CombinatorialPlan(portfolio, history: history, tables: tables), history, tables
    )
  }

  private func day(_ day: Int, hour: Int = 0) -> Timestamp {
    GeneratedMarket.time(day: day, hour: hour)
  }

  @Test func `six groups of ten days, two tested: fifteen splits, five paths`() async throws {
    let plan = try await plan().plan
    #expect(plan.groups.map(\.testFrom) == [31, 41, 51, 61, 71, 81].map { day($0) })
    #expect(plan.groups.map(\.testTo) == [41, 51, 61, 71, 81, 91].map { day($0) })
    #expect(plan.splits.count == 15 && plan.pathCount == 5)
    #expect(
      plan.splits.map(\.groups).prefix(6) == [[0, 1], [0, 2], [0, 3], [0, 4], [0, 5], [1, 2]])
    // Each path tests each group once: 5 times 6 are 15 times 2.
    var seen: [[Int]] = []
    for split in plan.splits {
      for (group, path) in zip(split.groups, split.paths) { seen.append([path, group]) }
    }
    #expect(Set(seen).count == 30 && seen.count == 30)
    #expect(seen.allSatisfy { $0[0] < 5 })
    #expect(plan.plan.jobs.count == 15)
    #expect(Set(plan.plan.jobs.map(\.id)).count == 15)
  }

  @Test func `purge and embargo of each border, in hours, worked by hand`() async throws {
    let plan = try await plan().plan
    func window(_ groups: [Int]) throws -> TrainingWindow {
      plan.window(try #require(plan.splits.first { $0.groups == groups }), .h1)
    }
    // Groups 1 and 3 are days 41 to 51 and 61 to 71. Seen up to three hours before, and from one hour
    // (the last forecast's outcome) and three hours after.
    let apart = try window([1, 3])
    #expect(apart.from == nil && apart.to == day(91))
    #expect(
      apart.shut == [
        day(40, hour: 21) + 1..<day(51, hour: 4), day(60, hour: 21) + 1..<day(71, hour: 4),
      ])
    // A tenth of 91 days less twice (10 days, 7 hours, less a millisecond), before the end.
    let open = 91 * 86_400_000 - 2 * (247 * 3_600_000 - 1) as Int64
    #expect(apart.stopFrom == day(91) - open / 10)
    #expect(apart.trainTo == apart.stopFrom - 3 * 3_600_000)
    // Neighbours are one stretch.
    #expect(try window([2, 3]).shut == [day(50, hour: 21) + 1..<day(71, hour: 4)])
    // At the end the window is shorter, and has no hole; the month before the first group is seen.
    let ends = try window([0, 5])
    #expect(ends.from == nil && ends.to == day(80, hour: 21))
    #expect(ends.shut == [day(30, hour: 21) + 1..<day(41, hour: 4)])
    let early = try window([0, 1])
    #expect(early.from == nil && early.to == day(91))
    #expect(early.shut == [day(30, hour: 21) + 1..<day(51, hour: 4)])
    let slow = plan.window(plan.splits[5], .h4)
    #expect(slow.shut == [day(40, hour: 12) + 1..<day(61, hour: 16)])
  }

  @Test func `an embargo longer than what goes before the first group begins the window after it`()
    async throws
  {
    // Groups of 90 days; 750 hours are 31 days and 6 hours.
    let plan = try await plan(days: 391, groups: 4, tested: 1, embargo: 750).plan
    let window = plan.window(plan.splits[0], .h1)
    #expect(window.from == day(121, hour: 751) - 1 && window.shut.isEmpty)
  }

  @Test(arguments: [(Portfolio.OnMissing.error, 51), (Portfolio.OnMissing.exclude, 31)])
  func `groups begin when weights can be decided of all symbols, or of any that may be alone`(
    onMissing: Portfolio.OnMissing, first: Int
  ) async throws {
    var portfolio = Portfolio.small(symbols: ["BTC", "LTC"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.split.cpcvGroups = 4
    portfolio.onMissing = onMissing
    let history = try GeneratedMarket(seed: 3, days: 151, gaps: false)
      .keeping("LTC", day(20)..<day(151)).history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let plan = try CombinatorialPlan(portfolio, history: history, tables: tables)
    #expect(plan.groups[0].testFrom == day(first))
    #expect(plan.groups[3].testTo == day(151))
  }

  @Test func `a stopping part that reaches a hole goes on before it`() async throws {
    let plan = try await plan { $0.split.earlyStopping = 0.3 }.plan
    let split = try #require(plan.splits.first { $0.groups == [3, 4] })
    let window = plan.window(split, .h1)
    #expect(window.shut == [day(60, hour: 21) + 1..<day(81, hour: 4)])
    // Open are 91 days less 20 days and 7 hours, less a millisecond: 6 109 200 001 ms. Three tenths of
    // them are 1 832 760 000, of which 849 600 000 lie after the hole and the others before it.
    #expect(window.stopFrom == day(60, hour: 21) + 1 - (1_832_760_000 - 849_600_000))
  }

  @Test func `bars seen are counted by hand, and agree with a plain search of every split`()
    async throws
  {
    let (plan, _, tables) = try await plan()
    let table = tables[NodeKey("BTC", .h1)]
    let apart = try #require(plan.splits.first { $0.groups == [1, 3] })
    // 2184 hours close from day 0 01:00 to day 91 00:00; two holes of 246 closes each: 240 of the
    // group, two before (22:00, 23:00) and four after.
    #expect(table.countSeen(in: plan.window(apart, .h1)) == 2184 - 2 * 246)
    for split in plan.splits {
      let window = plan.window(split, .h1)
      let seen = table.rows.filter { row in
        split.groups.allSatisfy { group in
          let tested = plan.groups[group]
          let before = row.knownAt <= tested.testFrom - 3 * GeneratedMarket.hour
          return before || row.knownAt >= tested.testTo + 4 * GeneratedMarket.hour
        }
      }
      #expect(table.countSeen(in: window) == seen.count, "\(split.groups)")
    }
  }

  @Test(arguments: [(4, 1), (5, 2), (6, 3), (8, 2)])
  func `no window sees a tested bar, its horizon or its embargo`(groups: Int, tested: Int)
    async throws
  {
    let plan = try await plan(days: 128, groups: groups, tested: tested).plan
    let paths = Dictionary(
      grouping: plan.splits.flatMap { split in
        zip(split.paths, split.groups).map { (path: $0, group: $1) }
      }, by: \.path)
    #expect(paths.count == plan.pathCount)
    #expect(paths.values.allSatisfy { $0.map(\.group).sorted() == Array(0..<groups) })
    for split in plan.splits {
      let window = plan.window(split, .h1)
      #expect(window.trainTo < window.stopFrom && window.stopFrom < window.to)
      for group in split.groups.map({ plan.groups[$0] }) {
        var time = group.testFrom - 2 * GeneratedMarket.hour
        while time < group.testTo + 4 * GeneratedMarket.hour {
          let isSeen =
            time <= window.to && time > window.from ?? .distantPast && !window.isShut(time, time)
          #expect(!isSeen, "\(time) of \(split.groups)")
          time = time + GeneratedMarket.hour
        }
      }
    }
  }

  @Test func `too few days are an error that says what to set`() async throws {
    // Of 36 days five are left for groups, of 20 none.
    for (days, left) in [(36, 5), (20, 0)] {
      let error = await #expect(throws: ResearchError.self) {
        try await plan(days: days, groups: 6)
      }
      #expect(try #require(error) == .tooFewDays(days: left, groups: 6, observations: 30))
      #expect(try #require(error).description.contains("split.cpcv_groups"))
    }
  }
}
