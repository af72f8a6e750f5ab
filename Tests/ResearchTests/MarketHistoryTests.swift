import Kernels
import Market
import Models
import Research
import SignalGraph
import Testing

/// The bars behind a portfolio: which series serve, and what was known when.
@Suite struct MarketHistoryTests {
  @Test func `intraday bars of sessions are not made of finer ones`() throws {
    let half = (0..<13).map { slot in
      // From 14:30 on, half an hour each.
      Bar(
        time: Timestamp(year: 2020, month: 1, day: 2, hour: 14) + (Int64(slot) + 1) * 1_800_000,
        open: 1, high: 1, low: 1, close: 1, volume: 1)
    }
    func history(_ slow: Timeframe) throws -> MarketHistory {
      try MarketHistory(symbols: ["US"], timeframes: [.m30, slow], primary: .m30, risk: .d1) {
        BarSeries(
          symbol: $0, timeframe: $1, calendar: .sessions, bars: $1 == .m30 ? half : [])
      }
    }
    for slow in [Timeframe.h1, .h4] {
      #expect(throws: ResearchError.partialSessions("US", slow, .m30)) { try history(slow) }
    }
    // A day holds a session whole.
    _ = try history(.w1)
  }

  private let market = GeneratedMarket(seed: 3, days: 40)

  private func history(
    _ timeframes: [Timeframe], primary: Timeframe = .h1, _ own: [NodeKey: BarSeries] = [:]
  ) throws -> MarketHistory {
    try MarketHistory(
      symbols: GeneratedMarket.symbols, timeframes: timeframes, primary: primary, risk: .d1
    ) { symbol, timeframe in
      if let series = own[NodeKey(symbol, timeframe)] { return series }
      return timeframe == .h1
        ? market.series(symbol)
        : BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
    }
  }

  @Test func `a timeframe with bars of its own uses them, others are resampled`() throws {
    let own = market.series("BTC").resampled(to: .h4).prefix(30)
    let history = try history([.h1, .h4], [NodeKey("BTC", .h4): own])
    #expect(history.series(NodeKey("BTC", .h4)) == own)
    #expect(history.series(NodeKey("ETH", .h4)) == market.series("ETH").resampled(to: .h4))
    // Daily bars are there for the risk, asked for or not.
    #expect(history.series(NodeKey("BTC", .d1)) == market.series("BTC").resampled(to: .d1))
  }

  @Test func `a timeframe that cannot be made is an error that names symbol and timeframe`() {
    #expect(throws: ResearchError.noBars("BTC", .m15)) { try history([.m15, .h1]) }
    #expect(throws: ResearchError.noBars("BTC", .h2)) {
      try history([.h2, .h4], primary: .h2)
    }
  }

  @Test func `slow bars of their own that end before the primary ones are found`() throws {
    let key = NodeKey("BTC", .h4)
    let slow = market.series("BTC").resampled(to: .h4)
    let history = try history([.h1, .h4], [key: slow.prefix(30)])
    let found = try #require(history.endedSeries)
    #expect(found.key == key && found.end == slow.knownAt(29))
    let hours = market.series("BTC")
    #expect(found.primaryEnd == hours.knownAt(hours.count - 1))
    // Two bars may be late.
    let twoBarsLater = found.end + 2 * Timeframe.h4.milliseconds
    #expect(history.known(at: twoBarsLater).endedSeries == nil)
    #expect(try self.history([.h1, .h4], [key: slow]).endedSeries == nil)
    #expect(try self.history([.h1, .h4]).endedSeries == nil)
  }

  @Test func `the span begins with the last listing, or the first where symbols may be left out`()
    throws
  {
    let history = try history([.h1])
    let common = try history.span(.error)
    #expect(common.start == GeneratedMarket.listing)
    #expect(common.end == GeneratedMarket.time(day: 40))
    let whole = try history.span(.exclude)
    #expect(whole.start == market.series("BTC").times[0] && whole.end == common.end)
    #expect(whole.start < GeneratedMarket.time(day: 1))
  }

  @Test func `a listing is what is known of it, late beyond a tenth of history, ended when stale`()
    throws
  {
    let history = try history([.h1])
    let day = Timestamp.millisecondsPerDay
    let before = GeneratedMarket.time(day: 10)
    #expect(history.listings(at: before, staleAfter: day).map(\.symbol) == ["BTC", "ETH"])
    let end = try history.span(.error).end
    let all = history.listings(at: end, staleAfter: day)
    #expect(all.map(\.symbol) == GeneratedMarket.symbols && !all.contains(where: \.hasEnded))
    // Twenty of forty days.
    #expect(all.late.map(\.symbol) == ["LTC"] && all.late[0].first == GeneratedMarket.listing)
    #expect(all.dropLast().late.isEmpty)
    let later = history.listings(at: end + 2 * day, staleAfter: day)
    #expect(later.allSatisfy { $0.hasEnded } && later.map(\.last) == all.map(\.last))
  }

  @Test func `a symbol that begins late is named, with what it costs and the key that mends it`()
    throws
  {
    let history = try history([.h1])
    var portfolio = Portfolio.small()
    let cut = try history.lateListingNotes(portfolio)
    #expect(cut.count == 1)
    let listed = "LTC (\(GeneratedMarket.listing.date))"
    for part in [listed, "begins on \(GeneratedMarket.listing.date)", "20 days", "exclude"] {
      #expect(cut[0].contains(part), "\(cut[0])")
    }
    portfolio.onMissing = .exclude
    let kept = try history.lateListingNotes(portfolio)
    #expect(kept.count == 1 && kept[0].contains(listed) && !kept[0].contains("20 days"))
    // Of 225 days twenty are less than a tenth.
    #expect(try Laboratory.market.history(portfolio).lateListingNotes(portfolio).isEmpty)
  }

  @Test func `symbols that never met have no common history`() throws {
    let late = BarSeries(
      symbol: "LTC", timeframe: .h1, calendar: .continuous,
      bars: (0..<10).map {
        Bar(
          time: GeneratedMarket.time(day: 50, hour: $0), open: 1, high: 1, low: 1, close: 1,
          volume: 0)
      })
    let apart = try MarketHistory(
      symbols: ["BTC", "LTC"], timeframes: [.h1], primary: .h1, risk: .h1
    ) { symbol, _ in symbol == "LTC" ? late.prefix(1) : market.series(symbol) }
    // One bar at the very end is enough for a span; none in common is not.
    #expect(throws: Never.self) { try apart.span(.error) }
    #expect(try apart.span(.error).start == late.times[0])
  }

  @Test(arguments: [1, 7, 19, 24, 31])
  func `the history known at a close is the history of the bars known at it`(hours: Int) throws {
    let now = GeneratedMarket.time(day: 30, hour: hours)
    let full = try history([.h1, .h4, .d1]).known(at: now)
    let truncated = market.truncated(at: now)
    for symbol in GeneratedMarket.symbols {
      #expect(full.series(NodeKey(symbol, .h1)) == truncated.series(symbol))
      for timeframe in [Timeframe.h4, .d1] {
        let series = full.series(NodeKey(symbol, timeframe))
        #expect(series.indices.allSatisfy { series.knownAt($0) <= now })
      }
    }
  }

  @Test(arguments: [19, 20, 21, 22, 23, 24, 26])
  func `slow bars that have ended without their last slots are there as soon as they have ended`(
    hour: Int
  ) async throws {
    // ETH's last bar closes at 19:00; the others trade on. Its 4h bar ends at 20:00 and its day at
    // midnight, with three quarters of their slots or more.
    let now = GeneratedMarket.time(day: 130, hour: hour)
    let portfolio = Portfolio.small()
    let known = try Laboratory.market.history(portfolio).known(at: now)
    let live = try Laboratory.market.truncated(at: now).history(portfolio)
    for symbol in GeneratedMarket.symbols {
      for timeframe in [Timeframe.h1, .h4, .d1] {
        let key = NodeKey(symbol, timeframe)
        #expect(live.series(key).count == known.series(key).count, "\(key)")
        let isSame = live.series(key) == known.series(key)
        #expect(isSame, "\(key)")
      }
    }
  }

  @Test func `the digest is of the bars known at a time, to the last bit`() {
    let series = market.series("BTC")
    let now = GeneratedMarket.time(day: 20)
    let digest = series.digest(at: now)
    #expect(market.corrupted(after: now).series("BTC").digest(at: now) == digest)
    #expect(series.digest(at: now + GeneratedMarket.hour) != digest)
    #expect(
      market.corrupted(after: now - GeneratedMarket.hour).series("BTC").digest(at: now)
        != digest)
    #expect(market.series("ETH").digest(at: .distantPast) != series.digest(at: .distantPast))
    // The calendar tells a gap from a closed market.
    let digests = TradingCalendar.allCases.map { calendar in
      BarSeries(symbol: "BTC", timeframe: .h1, calendar: calendar, bars: series).digest(at: now)
    }
    #expect(digests[0] == digest && Set(digests).count == TradingCalendar.allCases.count)
  }
}
