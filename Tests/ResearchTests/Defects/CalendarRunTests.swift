import Allocation
import Engine
import Kernels
import Market
import Models
import Research
import SignalGraph
import Signals
import Statistics
import Testing
import Trading

/// A trained portfolio of a coin that trades always and a share that has sessions, weekends, holidays
/// and a split: A, B, F and H (nautilus #1580, LEAN #1572 and #9518, zipline #583) in one run.
@Suite struct CalendarRunTests {
  private static let split = GeneratedMarket.time(day: 200, hour: 9)

  /// Hourly bars of two calendars. The share's prices are those of a buyer at the end: before the split
  /// they are half of what was paid then.
  private struct TwoMarkets: Sendable {
    var market = GeneratedMarket(seed: 31, days: 300, reversal: 0.25, gaps: false)
    /// Days on which nobody trades the share.
    var halt: Range<Int64> = 0..<0

    static func isOpen(_ time: Timestamp) -> Bool {
      // Weekdays from 14:00 to 21:00, but for two holidays in a row.
      let day = (time - GeneratedMarket.start) / Timestamp.millisecondsPerDay
      let hour = Int(time.millisecondOfDay / GeneratedMarket.hour)
      return time.weekday < 5 && (14..<21).contains(hour) && day != 170 && day != 171
    }

    func series(_ symbol: Symbol) -> BarSeries {
      guard symbol == "SHARE" else {
        return BarSeries(
          symbol: symbol, timeframe: .h1, calendar: .continuous, bars: market.series("BTC"))
      }
      return BarSeries(
        symbol: symbol, timeframe: .h1, calendar: .sessions,
        bars: market.series("ETH").filter { bar in
          let day = (bar.time - GeneratedMarket.start) / Timestamp.millisecondsPerDay
          return TwoMarkets.isOpen(bar.time) && !halt.contains(day)
        })
    }

    /// The share as it was traded: twice the price and half the volume before the split.
    var traded: BarSeries {
      BarSeries(
        symbol: "SHARE", timeframe: .h1, calendar: .sessions,
        bars: series("SHARE").map { bar in
          guard bar.time < CalendarRunTests.split else { return bar }
          return Bar(
            time: bar.time, open: 2 * bar.open, high: 2 * bar.high, low: 2 * bar.low,
            close: 2 * bar.close, volume: bar.volume / 2)
        })
    }

    func history(_ symbols: [Symbol] = ["COIN", "SHARE"]) throws -> MarketHistory {
      try MarketHistory(symbols: symbols, timeframes: [.h1, .d1], primary: .h1, risk: .d1) {
        bars($0, $1)
      }
    }

    private func bars(_ symbol: Symbol, _ timeframe: Timeframe) -> BarSeries {
      let hourly = series(symbol)
      return timeframe == .h1
        ? hourly
        : BarSeries(symbol: symbol, timeframe: timeframe, calendar: hourly.calendar)
    }
  }

  /// A portfolio taken the whole way.
  private struct Run: Sendable {
    var backtest: Backtest
    var outcome: Backtest.Outcome

    init(
      _ history: MarketHistory, models given: (TrainingPlan, FoldModels)? = nil, workers: Int = 2
    ) async throws {
      var portfolio = Portfolio.hasty(symbols: ["COIN", "SHARE"])
      portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe != .h4 }
      let tables = try await NodeTables(portfolio, history: history, workers: workers)
      let folder = TemporaryStore()
      let plan = try given?.0 ?? TrainingPlan(portfolio, history: history, tables: tables)
      if given == nil {
        _ = try await ModelTrainer(portfolio, store: folder.store).train(
          plan, tables: tables, workers: workers
        ) { _ in }
      }
      let models = try given?.1 ?? ModelTrainer(portfolio, store: folder.store).load(plan)
      let skill = try await SkillHistory(
        portfolio, history: history, tables: tables, models: models, workers: workers)
      backtest = Backtest(
        portfolio, history: history, plan: plan, models: models, skill: skill, workers: workers)
      outcome = try await backtest.run(withBaselines: false)
    }

    var ids: [String] {
      backtest.models.folds.flatMap { fold in
        backtest.models.nodes(of: fold).map { "\(fold.name) \($0.key) \($0.bundle.id)" }
      }
    }
  }

  private static let base = Task { try await Run(TwoMarkets().history()) }

  @Test func `both are traded, on days of both and on weekends`() async throws {
    let run = try await Self.base.value.outcome.run
    for symbol in ["COIN", "SHARE"] as [Symbol] {
      #expect(run.fills.count { $0.symbol == symbol } > 20)
    }
    #expect(run.fills.contains { $0.time.weekday >= 5 })
    #expect(run.fills.contains { $0.time < Self.split && $0.symbol == "SHARE" })
    #expect(run.fills.contains { $0.time > Self.split && $0.symbol == "SHARE" })
  }

  @Test
  func `A: every fill is at an open of its own symbol after its order, never at a stale price`()
    async throws
  {
    let (market, outcome) = (TwoMarkets(), try await Self.base.value.outcome)
    for fill in outcome.run.fills {
      let series = market.series(fill.symbol)
      let bar = try #require(series.times.firstIndex(of: fill.time), "\(fill) at no open")
      let slippage = fill.quantity > 0 ? 1.0001 : 0.9999
      #expect(abs(fill.price / (series.opens[bar] * slippage) - 1) < 1e-12)
      let order = try #require(
        outcome.run.orders.last { $0.symbol == fill.symbol && $0.decidedAt <= fill.time })
      // Nothing of the symbol traded between the order and the fill: it is the next open.
      #expect(!series.times.contains { $0 >= order.decidedAt && $0 < fill.time })
    }
  }

  @Test func `against a share, a curve is compared from one close of the share to the next`()
    async throws
  {
    var backtest = try await Self.base.value.backtest
    let share = TwoMarkets().series("SHARE")
    backtest.benchmark = share
    let outcome = try await backtest.run()
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    let times = report.portfolio.times
    let moved = zip(times, times.dropFirst()).count { before, now in
      share.countKnown(at: now) > share.countKnown(at: before)
    }
    let comparison = try #require(report.riskFigures.first?.comparison)
    #expect(comparison.steps == moved && moved < times.count * 3 / 4)
    #expect(comparison.barsPerYear == share.calendar.barsPerYear(.d1))
  }

  @Test func `every fill is of the last decision, though orders wait for a session`() async throws {
    let outcome = try await Self.base.value.outcome
    for fill in outcome.run.fills {
      let symbol = try #require(outcome.run.symbols.firstIndex(of: fill.symbol))
      let order = try #require(
        outcome.run.orders.last { $0.symbol == fill.symbol && $0.decidedAt <= fill.time })
      let last = outcome.decisions.last {
        $0.now <= fill.time && ($0.allocation != nil || $0.targets[symbol] != nil)
      }
      #expect(last?.now == order.decidedAt, "\(fill)")
    }
  }

  /// LEAN #9518, nautilus #5054: what a closed market does not quote is neither stale nor sold.
  @Test func `F: a weekend is no reason to sell a share, and bars that are missing are`()
    async throws
  {
    let base = try await Self.base.value
    func staleDays(_ outcome: Backtest.Outcome) -> [Int64] {
      outcome.decisions.filter { decision in
        decision.allocation?.lines.contains { line in
          line.symbol == "SHARE" && line.reasons.contains(.ineligible(.stalePrice))
        } ?? false
      }.map { ($0.now - GeneratedMarket.start) / Timestamp.millisecondsPerDay }
    }
    #expect(staleDays(base.outcome).isEmpty)
    // Weekend decisions are taken, with the share held.
    #expect(base.outcome.decisions.contains { $0.now.weekday == 6 && $0.allocation != nil })
    // A fortnight without a bar is something else: from its fifth night on.
    var halted = TwoMarkets()
    halted.halt = 210..<224
    let run = try await Run(halted.history(), models: (base.backtest.plan, base.backtest.models))
    let days = staleDays(run.outcome)
    #expect(days.first.map { (211...214).contains($0) } ?? false, "\(days)")
    #expect(days.allSatisfy { (211...224).contains($0) } && days.count > 5, "\(days)")
  }

  @Test func `H: books balance at every close, and a closed market is worth its last price`()
    async throws
  {
    let (market, run) = (TwoMarkets(), try await Self.base.value.outcome.run)
    var (cash, quantities, next) = (run.startCapital, [Symbol: Double](), 0)
    let series = ["COIN", "SHARE"].map { market.series($0) }
    var weekends = 0
    for (step, close) in run.knownAt.enumerated() {
      while next < run.fills.count, run.fills[next].time < close {
        let fill = run.fills[next]
        cash -= fill.quantity * fill.price + fill.fee
        quantities[fill.symbol, default: 0] += fill.quantity
        next += 1
      }
      var value = cash
      for one in series {
        let known = one.countKnown(at: close)
        guard known > 0, let held = quantities[one.symbol] else { continue }
        value += held * one.closes[known - 1]
        if held != 0, one.symbol == "SHARE", close.weekday >= 5 { weekends += 1 }
      }
      #expect(abs(value / run.equity[step] - 1) < 1e-9 && abs(cash - run.cash[step]) < 1e-6)
      #expect(run.cash[step] >= 0)
    }
    #expect(next == run.fills.count && weekends > 300)
  }

  @Test func `a split changes quantities and prices, and neither equity nor weight nor decision`()
    async throws
  {
    let (market, base) = (TwoMarkets(), try await Self.base.value)
    let (portfolio, outcome) = (base.backtest.portfolio, base.outcome)
    let signals = outcome.signals.map(\.signals)
    func decisions() throws -> PortfolioRun {
      PortfolioRun(
        try PortfolioGraph(portfolio, history: base.backtest.history).allocator(signals),
        signals: signals, firstStep: outcome.steps.lowerBound)
    }
    let loop = StepLoop(
      grid: BarGrid([market.series("COIN"), market.traded]), costs: portfolio.costs,
      capital: portfolio.capital,
      splits: [Split(symbol: "SHARE", time: Self.split, ratio: 2)])
    let run = try await loop.run(outcome.steps, try decisions())
    // A factor of two changes no bit of a product.
    #expect(run.equity == outcome.run.equity && run.weights == outcome.run.weights)
    #expect(run.book.quantities == outcome.run.book.quantities)
    var before = 0
    for (traded, adjusted) in zip(run.fills, outcome.run.fills) {
      let isBefore = traded.symbol == "SHARE" && traded.time < Self.split
      let ratio: Double = isBefore ? 2 : 1
      #expect(traded.price == ratio * adjusted.price)
      #expect(traded.quantity * ratio == adjusted.quantity && traded.fee == adjusted.fee)
      if isBefore { before += 1 }
    }
    #expect(before > 5 && run.fills.count == outcome.run.fills.count)
    // Without the split the account would lose half of the share's value.
    let blind = StepLoop(
      grid: loop.grid, costs: portfolio.costs, capital: portfolio.capital)
    let wrong = try await blind.run(outcome.steps, try decisions())
    #expect(wrong.equity != outcome.run.equity)
  }

  @Test func `B: signals know a bar from its close on, over weekends and holidays too`()
    async throws
  {
    let base = try await Self.base.value
    for (symbol, signals) in base.outcome.signals {
      for timeframe in [Timeframe.h1, .d1] {
        let key = NodeKey(symbol, timeframe)
        let series = base.backtest.history.series(key)
        let said = try #require(base.outcome.nodes.first { $0.key == key }).signals
        #expect(said.allSatisfy { signal in series.countKnown(at: signal.knownAt) > 0 })
        var spoken = 0
        for signal in signals {
          guard let part = signal.parts.first(where: { $0.timeframe == timeframe })?.signal else {
            continue
          }
          // The last bar that has closed, whatever days lie between.
          let known = series.countKnown(at: signal.knownAt)
          #expect(part.knownAt == series.knownAt(known - 1), "\(key) at \(signal.knownAt)")
          spoken += 1
        }
        #expect(spoken > signals.count / 4)
      }
    }
  }

  @Test(arguments: [
    // A Friday evening, a Saturday, a Monday before the session and inside it, and a holiday.
    (day: 214, hour: 21), (day: 215, hour: 12), (day: 217, hour: 13), (day: 217, hour: 17),
    (day: 170, hour: 16),
  ])
  func `wrong bars after a moment change nothing before it, whichever market is open`(
    day: Int, hour: Int
  ) async throws {
    let base = try await Self.base.value
    let now = GeneratedMarket.time(day: day, hour: hour)
    var wrong = TwoMarkets()
    wrong.market = wrong.market.corrupted(after: now)
    let other = try await Run(
      wrong.history(), models: (base.backtest.plan, base.backtest.models))
    let (a, b) = (base.outcome, other.outcome)
    let steps = a.run.knownAt.count { $0 <= now }
    #expect(steps > 100 && a.run.equity.prefix(steps) == b.run.equity.prefix(steps))
    #expect(a.run.fills.filter { $0.time <= now } == b.run.fills.filter { $0.time <= now })
    #expect(
      a.run.orders.filter { $0.decidedAt <= now } == b.run.orders.filter { $0.decidedAt <= now })
    for (mine, theirs) in zip(a.signals, b.signals) {
      #expect(mine.signals.prefix(steps) == theirs.signals.prefix(steps))
    }
    #expect(a.run.equity != b.run.equity)
  }

  @Test func `the order of the symbols and the number of workers change no byte`() async throws {
    let base = try await Self.base.value
    let other = try await Run(TwoMarkets().history(["SHARE", "COIN"]), workers: 1)
    #expect(other.ids == base.ids)
    #expect(other.outcome.run.hash == base.outcome.run.hash)
    #expect(other.outcome.run.book == base.outcome.run.book)
  }
}
