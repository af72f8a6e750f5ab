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

/// The other ways in which a portfolio can be set up, each taken the whole way.
@Suite struct RunVariantsTests {
  @Test func `weights of its own for each node: two networks a timeframe and fold become six`()
    async throws
  {
    let base = try await Laboratory.base.value
    var portfolio = Portfolio.hasty()
    portfolio.forecast.scope = .node
    let trial = try await Trial(training: portfolio, on: Laboratory.market)
    let fold = trial.plan.folds.outer[0]
    for timeframe in [Timeframe.h1, .h4] {
      func members(_ trial: Trial) -> [[LSTMNetwork]] {
        GeneratedMarket.symbols.compactMap {
          trial.models.bundle(NodeKey($0, timeframe), fold: fold)?.model.forecast?.members
        }
      }
      let (own, pooled) = (members(trial), members(base))
      #expect(own.count == 3 && pooled.count == 3)
      #expect(pooled[0] == pooled[1] && pooled[1] == pooled[2])
      #expect(own[0] != own[1] && own[1] != own[2] && own[0] != own[2])
    }
    try await trial.expectCausal()
  }

  @Test func `many-to-one windows instead of a carried state`() async throws {
    var portfolio = Portfolio.hasty()
    portfolio.forecast.mode = .windowed
    portfolio.forecast.window = 12
    portfolio.forecast.epochs = 1
    let trial = try await Trial(training: portfolio, on: Laboratory.market)
    let key = NodeKey("BTC", .h1)
    let bundle = try #require(trial.models.bundle(key, fold: trial.plan.folds.outer[0]))
    #expect(bundle.model.forecast?.mode == .windowed(length: 12))
    try await trial.expectCausal()
    var stream = trial.node(key)
    var said: [NodeSignal] = []
    for bar in trial.history.series(key) { said += stream.advance([bar]) }
    let heard = try #require(trial.outcome.nodes.first { $0.key == key }).signals
    #expect(Trace(key, heard).firstDifference(from: Trace(key, said)) == nil)
  }

  @Test func `positions in and out by forecasts, with stops`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = .inOut
    portfolio.forecast.gate = .off
    portfolio.entry.confidence = 0
    portfolio.exit.stop = 0.02
    portfolio.exit.trailing = 0.03
    portfolio.exit.target = 0.04
    portfolio.exit.regimeChange = 0.9
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let reasons = Set(trial.outcome.run.orders.map(\.reason))
    for rule in [ExitReason.target, .stop, .trailing, .regimeChange] {
      #expect(reasons.contains("exit: \(rule.rawValue)"), "\(rule)")
    }
    // Between decisions only the symbol whose rule fired trades.
    for decision in trial.outcome.decisions where decision.allocation == nil {
      for (target, reason) in zip(decision.targets, decision.reasons) {
        #expect((target == nil) == reason.isEmpty)
        #expect(target == nil || target == 0)
      }
    }
    #expect(
      trial.outcome.run.exposure.contains(0) && trial.outcome.run.exposure.contains { $0 > 0.5 })
    try await trial.expectCausal()
  }

  @Test func `every rule of entry and exit at once, sized by conviction`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = .inOut
    portfolio.allocation.method = .conviction
    portfolio.allocation.volatilityTarget = nil
    portfolio.decisionEvery = portfolio.primary.milliseconds
    portfolio.forecast.gate = .off
    portfolio.entry.timeframeThresholds = [
      .h1: .deviations(0.5), .h4: .logReturn(0.0001), .d1: .deviations(1),
    ]
    portfolio.entry.timeframeConfidences = [.h1: 0.7, .h4: 0.6, .d1: 0]
    portfolio.entry.short = true
    portfolio.entry.sides = [.both, .long, .short]
    portfolio.entry.size = [1.5, 1, 0.5]
    portfolio.entry.confirm = 0.3
    portfolio.entry.volumeRatio = 0.9
    portfolio.combine.method = .precision
    portfolio.exit.atrStop = 2
    portfolio.exit.atrTrailing = 3
    portfolio.exit.breakeven = 1
    portfolio.exit.maxBars = .byState([6, 24, 12])
    portfolio.exit.reversal = .entry
    portfolio.exit.lowConfidence = 0.7
    portfolio.symbolSizing["BTC"] = {
      var sizing = portfolio.sizing
      sizing.weight = 2
      return sizing
    }()
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let reasons = Set(trial.outcome.run.orders.map(\.reason))
    for rule in [ExitReason.atrStop, .atrTrailing, .time, .reversal, .lowConfidence] {
      #expect(reasons.contains("exit: \(rule.rawValue)"), "\(rule)")
    }
    let weights = trial.outcome.run.weights
    #expect(weights.contains { $0 > 0.01 } && weights.contains { $0 < -0.01 })
    // Counted without a remainder, under rules that refuse for every kind of reason.
    let counts = DecisionCounts(
      trial.outcome.decisions, symbols: portfolio.symbols, orders: trial.outcome.run.orders)
    #expect(counts.decisions > 1000)
    for symbol in portfolio.symbols.indices {
      #expect(counts.rows.reduce(0) { $0 + $1.counts[symbol] } == counts.decisions)
    }
    let names = Set(counts.rows.map(\.name))
    for name in ["traded", "below threshold", "low confidence", "side not allowed", "low volume"] {
      #expect(names.contains(name), "\(name): \(names)")
    }
    try await trial.expectCausal()
  }

  @Test func `decisions at every hour`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.decisionEvery = GeneratedMarket.hour
    portfolio.allocation.prior = .riskParity
    portfolio.allocation.volatilityTarget = 0.2
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    #expect(trial.outcome.decisions.count == trial.outcome.steps.count)
    try await trial.expectCausal()
  }

  @Test(arguments: [
    SizingMethod.riskParity, .inverseVolatility, .hierarchicalRiskParity,
  ])
  func `other priors`(prior: SizingMethod) async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.prior = prior
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    #expect(trial.outcome.run.hash != base.outcome.run.hash)
    try await trial.expectCausal()
  }

  @Test func `the last bar that a file asks for is the last one that counts`() async throws {
    for end in [GeneratedMarket.time(day: 190), GeneratedMarket.time(day: 131)] {
      var portfolio = Portfolio.hasty()
      portfolio.split.start = GeneratedMarket.time(day: 100)
      portfolio.split.end = end
      let asked = try await Trial(training: portfolio, on: Laboratory.market)
      let cut = try await Trial(training: portfolio, on: Laboratory.market.truncated(at: end))
      #expect(asked.plan.folds == cut.plan.folds)
      #expect(asked.tensors.count == cut.tensors.count)
      for (mine, theirs) in zip(asked.tensors, cut.tensors) {
        #expect(mine.id == theirs.id, "\(mine.name) up to \(end)")
        #expect((mine.tensors == theirs.tensors) == (mine.id == theirs.id))
      }
      #expect(asked.outcome.run.hash == cut.outcome.run.hash)
      #expect(asked.outcome.run.knownAt.last == end)
      // Nor does the report read a return that was not known then.
      let reports = try [asked, cut].map { trial in
        try trial.backtest.report(trial.outcome, trialSharpes: [], inputs: [], warnings: [])
      }
      #expect(try #require(reports[0].crossRegimes) == reports[1].crossRegimes)
    }
  }

  @Test func `a symbol too young for a fold's models is left out of it, or is an error`()
    async throws
  {
    // By the first test window LTC has about 60 daily observations, the others 80.
    var portfolio = Portfolio.hasty()
    portfolio.minimumBars = 70
    let key = NodeKey("LTC", .d1)
    do {
      _ = try await Trial(training: portfolio, on: Laboratory.market)
      Issue.record("LTC is too young")
    } catch ResearchError.training(.tooLittleHistory(let symbol, let timeframe, let found, 70)) {
      #expect(symbol == "LTC" && timeframe == .d1 && (50..<70).contains(found))
    }
    portfolio.onMissing = .exclude
    let trial = try await Trial(training: portfolio, on: Laboratory.market)
    let folds = trial.plan.folds
    #expect(trial.models.bundle(key, fold: folds.outer[0]) == nil)
    #expect(trial.models.bundle(key, fold: folds.outer[1]) != nil)
    #expect(trial.plan.notes.contains { $0.text.hasPrefix("LTC is left out: ") })
    // Without the regime that sizes it, it is not held; later it is.
    let index = 2
    for decision in trial.outcome.decisions {
      let line = try #require(decision.allocation).lines[index]
      if decision.now < folds.outer[1].testFrom {
        #expect(
          line.target == 0
            && (line.reasons == [.ineligible(.noSignal)]
              || line.reasons == [.ineligible(.stalePrice)])
        )
      }
    }
    #expect(
      trial.outcome.decisions.contains {
        $0.now >= folds.outer[1].testFrom && ($0.allocation?.lines[index].target ?? 0) > 0
      })
    try await trial.expectCausal()
  }
}
