import Market
import Testing

/// At which steps of a grid all markets close, and how volatilities of several calendars compare.
@Suite struct CommonClosesTests {
  private static let monday = Timestamp(year: 2024, month: 1, day: 1)

  /// Daily bars on the given days after Monday 2024-01-01.
  private func series(_ symbol: Symbol, _ calendar: TradingCalendar, _ days: [Int]) -> BarSeries {
    BarSeries(
      symbol: symbol, timeframe: .d1, calendar: calendar,
      bars: days.map { day in
        Bar(
          time: Self.monday + Int64(day) * Timestamp.millisecondsPerDay, open: 1, high: 1, low: 1,
          close: 1, volume: 1)
      })
  }

  /// The days at which all markets close.
  private func common(_ series: [BarSeries]) -> [Int] {
    let grid = BarGrid(series)
    return zip(grid.times, grid.commonCloses()).filter(\.1).map { time, _ in
      Int((time - Self.monday) / Timestamp.millisecondsPerDay)
    }
  }

  @Test func `a weekend and a holiday of the share are none, whatever the coin does`() {
    let coin = series("COIN", .continuous, Array(0..<28))
    // Listed on the first Wednesday, closed on the second Monday.
    let share = series("SHARE", .sessions, [2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21])
    #expect(
      common([coin, share]).filter { $0 <= 21 }
        == [0, 1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21])
  }

  @Test func `a market whose bars are missing holds nobody up`() {
    let coin = series("COIN", .continuous, Array(0..<28))
    // The share's last bar is a Friday's. Four nights may be a long weekend; then bars are missing.
    let share = series("SHARE", .sessions, [7, 8, 9, 10, 11])
    #expect(common([coin, share]) == Array(0...11) + Array(15...27))
    // So does a coin without a bar: it never closes.
    let holes = series("COIN", .continuous, [7, 8, 10, 11])
    #expect(common([holes, share]) == [7, 8, 9, 10, 11])
    // One share with a bar is a market that trades.
    let other = series("OTHER", .sessions, [7, 9, 11, 14])
    #expect(
      common([coin, share, other]).filter { (7...14).contains($0) } == [7, 8, 9, 10, 11, 14])
  }

  @Test func `currencies beside shares meet on the share's days`() {
    let currency = series("EUR", .weekdays, [0, 1, 2, 3, 4, 7, 8, 9, 10, 11])
    let share = series("SHARE", .sessions, [0, 1, 2, 4, 8, 9, 10, 11])
    #expect(common([currency, share]) == [0, 1, 2, 4, 8, 9, 10, 11])
  }

  @Test(arguments: TradingCalendar.allCases)
  func `with one calendar every step is common, whatever is missing`(calendar: TradingCalendar) {
    let grid = BarGrid([
      series("A", calendar, [0, 1, 4, 9, 30]), series("B", calendar, [1, 2, 9, 10]),
    ])
    #expect(grid.calendars == [calendar] && grid.commonCloses().allSatisfy(\.self))
  }

  @Test(arguments: 0..<40)
  func `later bars change nothing before, nor does the order of the series`(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let all = (0..<5).map { index -> BarSeries in
      let calendar = TradingCalendar.allCases[Int(random.next() % 3)]
      let first = Int(random.next() % 20)
      let days = (first..<120).filter { day in
        (calendar == .continuous || day % 7 < 5) && random.next() % 10 > 0
      }
      return series(Symbol("S\(index)"), calendar, days)
    }
    let grid = BarGrid(all)
    let flags = grid.commonCloses()
    #expect(BarGrid(all.reversed()).commonCloses() == flags)
    for step in stride(from: 0, to: flags.count, by: 17) {
      let past = BarGrid(all.map { $0.known(at: grid.knownAt(step)) })
      #expect(past.commonCloses() == Array(flags.prefix(past.times.count)))
    }
    // Where every market has a bar, all of them close.
    for step in flags.indices {
      let open = Set(all.indices.filter { grid.bar($0, at: step) != nil }.map { all[$0].calendar })
      if open.count == grid.calendars.count { #expect(flags[step]) }
    }
  }

  @Test func `a year of several calendars is that of the longest week`() {
    #expect(TradingCalendar.union(of: [.sessions, .continuous, .weekdays]) == .continuous)
    #expect(TradingCalendar.union(of: [.sessions, .weekdays]) == .weekdays)
    #expect(TradingCalendar.union(of: [.sessions, .sessions]) == .sessions)
    #expect(TradingCalendar.union(of: []) == nil)
    let year = CommonYear([.continuous, .sessions, .weekdays], .d1)
    #expect(year.periods == 365)
    for (symbol, days) in [365.0, 252, 260].enumerated() {
      let annual = year.volatility(0.02, of: symbol) * year.periods.squareRoot()
      #expect(abs(annual / (0.02 * days.squareRoot()) - 1) < 1e-15)
    }
  }

  @Test(arguments: TradingCalendar.allCases, [Timeframe.h1, .d1, .w1])
  func `equal calendars leave every bit of a volatility`(
    calendar: TradingCalendar, timeframe: Timeframe
  ) {
    let year = CommonYear([calendar, calendar], timeframe)
    #expect(year.periods == calendar.barsPerYear(timeframe))
    for value in [0.1, 0.02, 1.0 / 3, 1e-9] { #expect(year.volatility(value, of: 1) == value) }
  }
}
