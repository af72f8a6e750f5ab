import Allocation
import Engine
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// J: survivorship. Young symbols join without cutting the others short; what ended is told, and not sold.
@Suite struct DefectJ_ListingTests {
  /// Without gaps.
  private static let market = GeneratedMarket(seed: 7, reversal: 0.25, gaps: false)

  private func day(_ day: Int) -> Timestamp { GeneratedMarket.time(day: day) }

  /// LTC is listed on day 100, tests begin on day 90: windows from days 90, 123, 157 and 191 on.
  private var young: (market: GeneratedMarket, portfolio: Portfolio) {
    var portfolio = Portfolio.hasty()
    portfolio.onMissing = .exclude
    portfolio.minimumBars = 50
    portfolio.split.start = day(90)
    portfolio.split.folds = 4
    return (Self.market.keeping("LTC", day(100)..<day(225)), portfolio)
  }

  @Test func `a test window before a symbol's first bar names the symbol and what lets it join`()
    async throws
  {
    let (market, excluding) = young
    var portfolio = excluding
    portfolio.onMissing = .error
    let history = try market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let bars = market.series("LTC")
    let listing = SymbolListing(
      symbol: "LTC", first: bars.times[0], last: bars.knownAt(bars.count - 1), hasEnded: false)
    let error = ResearchError.listedTooLate([listing], start: day(90))
    #expect(throws: error) { try TrainingPlan(portfolio, history: history, tables: tables) }
    for part in ["LTC", listing.first.date, day(90).date, "model.on_missing: exclude"] {
      #expect(error.description.contains(part), "\(error)")
    }
    // Where no symbol has begun it is the window that is wrong.
    portfolio.split.start = GeneratedMarket.start - Timestamp.millisecondsPerDay
    let none = #expect(throws: ResearchError.self) {
      try TrainingPlan(portfolio, history: history, tables: tables)
    }
    guard case .noTestWindow = none else {
      Issue.record("\(String(describing: none))")
      return
    }
  }

  @Test func `a young symbol joins when it has bars enough, and takes nothing from the others`()
    async throws
  {
    let (market, portfolio) = young
    let trial = try await Trial(training: portfolio, on: market)
    let folds = trial.plan.folds
    #expect(folds.outer.map(\.testFrom) == [day(90), day(123), day(157), day(191)])
    let ltc = try #require(trial.history.symbols.firstIndex(of: "LTC"))
    let outcome = trial.outcome
    #expect(outcome.grid.knownAt(outcome.steps.lowerBound) == day(90))

    // A regime needs twenty days to warm up and fifty more: of those there are 35 and 69.
    #expect(trial.models.bundle(NodeKey("LTC", .d1), fold: folds.outer[2]) == nil)
    #expect(trial.models.bundle(NodeKey("LTC", .d1), fold: folds.outer[3]) != nil)
    let due = outcome.decisions.filter { $0.allocation != nil }
    for decision in due where decision.now < folds.outer[3].testFrom {
      #expect(decision.allocation?.lines[ltc].target == 0)
      #expect(decision.outcomes[ltc] != .stalePrice)
    }
    let fills = outcome.run.fills
    #expect(fills.contains { $0.symbol == "LTC" })
    #expect(fills.allSatisfy { $0.symbol != "LTC" || $0.time >= folds.outer[3].testFrom })
    #expect(fills.contains { $0.symbol == "BTC" && $0.time < day(100) })

    // Four hours: 340 bars of LTC are too few for a forecast, those of the others are not.
    let slow = trial.plan.jobs.filter { $0.fold == folds.outer[2] && $0.timeframe == .h4 }
    let able = slow.filter(\.withForecast).flatMap { $0.requests.map(\.key.symbol) }
    let unable = slow.filter { !$0.withForecast }.flatMap { $0.requests.map(\.key.symbol) }
    #expect(able == ["BTC", "ETH"] && unable == ["LTC"])
    let notes = trial.plan.notes.filter { $0.fold == folds.outer[2] && $0.timeframe == .h4 }
    #expect(notes.map { $0.text.prefix(4) } == ["LTC:"])

    let report = try trial.backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    #expect(report.warnings.contains { $0.contains("LTC (\(day(100).date))") })
    #expect(report.listings[ltc].first == day(100))
    let now = GeneratedMarket.time(day: 95, hour: 23)
    let other = try await Trial(
      portfolio, on: market.corrupted(after: now), plan: trial.plan, models: trial.models)
    let difference = Trace(outcome).known(at: now).firstDifference(
      from: Trace(other.outcome).known(at: now))
    #expect(difference == nil)
  }

  @Test func `a price that stands still in one fold's window keeps no other symbol from training`()
    async throws
  {
    // Windows of 60 days before days 100, 162 and 225; LTC moves in the first and the last alone.
    var portfolio = Portfolio.hasty()
    portfolio.onMissing = .exclude
    portfolio.split.walkForward = .rolling
    portfolio.split.window = 60 * Timestamp.millisecondsPerDay
    portfolio.split.start = day(100)
    let market = Self.market.standingStill("LTC", day(100)..<day(162))
    let trial = try await Trial(training: portfolio, on: market)
    let folds = trial.plan.folds
    #expect(folds.outer.map(\.testFrom) == [day(100), day(162)])
    let left = trial.plan.notes.filter(\.isExclusion)
    #expect(left.allSatisfy { $0.fold == folds.outer[1] })
    #expect(left.map(\.timeframe) == [.h1, .h4, .d1])
    #expect(
      left.allSatisfy {
        $0.text == "LTC is left out: log_return never changes in its training window"
      })
    for timeframe in portfolio.timeframes.map(\.timeframe) {
      let (own, other) = (NodeKey("LTC", timeframe), NodeKey("BTC", timeframe))
      #expect(folds.outer.map { trial.models.bundle(other, fold: $0) != nil } == [true, true])
      #expect(folds.outer.map { trial.models.bundle(own, fold: $0) != nil } == [true, false])
      #expect(trial.models.bundle(own, fold: folds.serving) != nil)
      // The models of the window before do not go on in its place.
      let said = try #require(trial.outcome.nodes.first { $0.key == own }).signals
      #expect(!said.isEmpty && said.allSatisfy { $0.knownAt < day(162) })
      let others = try #require(trial.outcome.nodes.first { $0.key == other }).signals
      #expect(others.contains { $0.knownAt > day(200) })
    }

    portfolio.onMissing = .error
    let history = try market.history(portfolio)
    let error = ResearchError.training(
      .regime(
        symbol: "LTC", timeframe: .h1, .constantObservation(column: 0, name: "log_return")))
    #expect(throws: error) {
      try TrainingPlan(portfolio, history: history, tables: trial.tables)
    }
    for part in ["LTC 1h", "log_return", "model.on_missing: exclude"] {
      #expect(error.description.contains(part), "\(error)")
    }
  }

  @Test func `baselines put all their money in what is listed, and into a newcomer from then on`()
    async throws
  {
    let (market, portfolio) = young
    let history = try market.history(portfolio)
    let grid = history.grid
    let steps = grid.steps(from: day(90), to: day(225))
    let loop = StepLoop(grid: grid, costs: portfolio.costs, capital: portfolio.capital)
    let listing = day(100)
    for baseline in Baseline.allCases where baseline != .cash {
      let run = try await loop.run(
        steps, baseline.decisionMaker(riskGrid: history.grid(.d1)))
      let own = run.fills.filter { $0.symbol == "LTC" }
      #expect(own.allSatisfy { $0.time >= listing }, "\(baseline)")
      // Who buys once buys no newcomer.
      #expect(own.isEmpty == (baseline == .buyAndHold), "\(baseline)")
      let early = try #require(run.knownAt.lastIndex { $0 < listing })
      #expect(run.exposure[early] > 0.9, "\(baseline)")
    }
  }

  /// ETH has no bar from day 150 on and is held then; the whole account is in the market.
  private static let ended = Task {
    var portfolio = Portfolio.hasty()
    portfolio.allocation.volatilityTarget = nil
    portfolio.regime.size = [1, 1, 1]
    // No forecasts: a third each.
    portfolio.timeframes[0].weight = 0
    portfolio.timeframes[1].weight = 0
    let folder = TemporaryStore()
    let trial = try await Trial(training: portfolio, on: endedMarket, in: folder)
    try ServingModels.activate(trial.plan, skill: trial.skill, store: folder.store)
    return (folder: folder, trial: trial)
  }

  private static let endedMarket = market.keeping(
    "ETH", GeneratedMarket.start..<GeneratedMarket.time(day: 150))

  @Test func `a position whose symbol ended is warned of, and is not said to trade`() async throws {
    let trial = try await Self.ended.value.trial
    let end = day(150)
    #expect(trial.outcome.run.book.quantities[1] > 0)
    let late = trial.outcome.decisions.filter {
      $0.allocation != nil && $0.now > end + Timestamp.millisecondsPerDay
    }
    #expect(late.count > 50 && late.allSatisfy { $0.outcomes[1] == .stalePrice })
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    let warnings = report.warnings.filter { $0.hasPrefix("ETH: no bar since \(end)") }
    #expect(warnings.count == 1 && warnings[0].contains("capital.delist_after"))
    #expect(report.listings.map(\.hasEnded) == [false, true, false])
    #expect(report.listings[1].last == end)
    // The last decision holds it, and no money is in two places.
    let last = try #require(report.lastDecision)
    #expect(last.lines[1].isStuck && last.lines[1].target == last.lines[1].held)
    // The others are sized to what it leaves: no limit is broken, and no more ordered than can be paid for.
    for decision in late {
      let allocation = try #require(decision.allocation)
      #expect(allocation.unreached.isEmpty && allocation.gross <= 1 + 1e-12)
    }
    #expect(abs(last.lines.reduce(last.cash) { $0 + $1.target } - 1) < 1e-12)
    #expect(last.cash > -1e-12)

    var closing = trial.portfolio
    closing.capital.delistAfter = 2 * Timestamp.millisecondsPerDay
    let closed = try await Trial(
      closing, on: Self.endedMarket, plan: trial.plan, models: trial.models)
    let told = try closed.backtest.report(
      closed.outcome, trialSharpes: [], inputs: [], warnings: [])
    #expect(closed.outcome.run.book.quantities[1] == 0)
    #expect(!told.warnings.contains { $0.contains("no bar since") })
    #expect(told.listings[1].hasEnded)
  }

  @Test func `what is stuck in a volatility target is said, and what it leaves of the others`()
    async throws
  {
    let (folder, trial) = try await Self.ended.value
    var portfolio = trial.portfolio
    portfolio.allocation.volatilityTarget = 0.1
    let aiming = try await Trial(
      portfolio, on: Self.endedMarket, plan: trial.plan, models: trial.models)
    let report = try aiming.backtest.report(
      aiming.outcome, trialSharpes: [], inputs: [], warnings: [])
    let late = aiming.outcome.decisions.filter { $0.allocation?.stuckRisk?.isNoticeable ?? false }
    #expect(late.count > 50 && late.allSatisfy { $0.now > day(150) })
    let told = report.warnings.filter {
      $0.contains("left less for what could be traded at \(late.count) of ")
    }
    #expect(told.count == 1 && told[0].contains("what is held of ETH cannot be traded and has "))
    #expect(told[0].contains("of the volatility target of 10.0 %"))
    #expect(told[0].hasSuffix("capital.delist_after closes what nobody quotes"))

    // Two fifths of the account in ETH are more than the target by themselves.
    let serving = try ServingModels(portfolio, plan: trial.plan, store: folder.store)
    let run = AllocationRun(portfolio, history: trial.history, serving: serving, workers: 2)
    var book = Book(symbols: trial.history.symbols, cash: 100_000)
    for (index, price) in run.prices.enumerated() { book.mark(index, at: try #require(price)) }
    let price = try #require(run.prices[1])
    book.apply(
      Fill(
        time: run.now, symbol: "ETH", quantity: 40_000 / price, price: price, fee: 0, slippage: 0,
        reason: "held"), at: 1)
    let allocation = try await run.report(book: book, heldFrom: "a test", notes: [])
    #expect(allocation.notes.contains { $0.hasSuffix(": nothing is left for the others") })
    #expect(allocation.rows.map(\.line.target).filter { $0 != 0 }.count == 1)
  }

  @Test func `an allocation leaves what nobody quotes, and spends no money that is stuck in it`()
    async throws
  {
    let (folder, trial) = try await Self.ended.value
    let serving = try ServingModels(trial.portfolio, plan: trial.plan, store: folder.store)
    let run = AllocationRun(
      trial.portfolio, history: trial.history, serving: serving, workers: 2)
    var book = Book(symbols: trial.history.symbols, cash: 100_000)
    for (index, price) in run.prices.enumerated() { book.mark(index, at: try #require(price)) }
    let price = try #require(run.prices[1])
    // Two fifths are in ETH, the rest is cash.
    book.apply(
      Fill(
        time: run.now, symbol: "ETH", quantity: 40_000 / price, price: price, fee: 0, slippage: 0,
        reason: "held"), at: 1)
    let report = try await run.report(book: book, heldFrom: "a test", notes: [])
    let eth = report.rows[1]
    #expect(eth.tradeQuantity == 0 && abs(eth.line.target - 0.4) < 1e-12)
    #expect(report.notes.contains { $0.hasPrefix("ETH: no bar since ") && $0.contains("40.0 %") })
    let bought = report.rows.reduce(0) { $0 + $1.tradeQuantity * $1.price }
    #expect(bought > 50_000 && bought <= 60_000 + 1e-6)
    let decision = report.decision
    #expect(abs(decision.cash - (60_000 - bought) / 100_000) < 1e-9)
    #expect(abs(decision.gross - decision.lines.reduce(0) { $0 + abs($1.target) }) < 1e-12)
    for index in [0, 2] {
      let line = decision.lines[index]
      #expect(line.target > 0 && line.target == line.limited && line.limited < line.tilted)
      #expect(line.reasons.contains(.gross(scale: decision.grossScale)))
    }
    // The decision before is of what was measured before.
    let previous = try #require(report.previous)
    var risk = try RiskHistory(
      grid: trial.history.grid(trial.portfolio.riskTimeframe), settings: trial.portfolio.allocation)
    func volatility(_ moment: Timestamp) throws -> Double {
      let estimate = try risk.estimate(
        at: moment, minimumObservations: trial.portfolio.allocation.minimumObservations)
      return 365.0.squareRoot() * estimate.spread(of: previous.decision.weights).volatility
    }
    let (then, now) = (try volatility(previous.asOf), try volatility(report.asOf))
    #expect(abs(previous.decision.portfolioVolatility - then) < 1e-12 && abs(then - now) > 1e-6)
  }
}
