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

/// `regime.size: learned` in a run: sizes by what each regime's record has earned at a fold's start.
@Suite struct LearnedSizeRunTests {
  private static let base = Task {
    var portfolio = Portfolio.small()
    portfolio.regime.learnsSize = true
    portfolio.regime.size = [1, 1, 1]
    // A weaker prior believes more of what it sees, so that sizes move within this short market.
    portfolio.allocation.sharpeOfPrior = 0.1
    let plain = try await Laboratory.base.value
    return try await Trial(
      portfolio, on: Laboratory.market, plan: plain.plan, models: plain.models)
  }

  @Test func `sizes are those of the pairs known at the fold's start, counted again`() async throws
  {
    let base = try await LearnedSizeRunTests.base.value
    let timeframe = Timeframe.d1
    for fold in base.plan.folds.outer {
      let sizes = try #require(base.skill.regimeSizes(timeframe, of: fold))
      // Every earlier fold's models over their own test windows, bar by bar.
      var pairs: [RegimeRecord.Pair] = []
      for earlier in base.models.folds where earlier.kind != .serving {
        for (key, bundle) in base.models.nodes(of: earlier) where key.timeframe == timeframe {
          var inference = NodeInference(bundle.model, enter: base.portfolio.regime.enter)
          var last: (regime: [Double], sigma: Double)?
          for row in base.tables[key].rows {
            if let last, let outcome = row.logReturn, row.missingBefore == 0,
              row.knownAt <= fold.testFrom
            {
              pairs.append(
                .init(
                  knownAt: row.knownAt, symbol: key.symbol, probabilities: last.regime,
                  outcome: outcome / last.sigma))
            }
            last = nil
            guard row.knownAt < earlier.testTo, let output = inference.update(row) else { continue }
            if row.knownAt >= earlier.testFrom {
              last = (output.regime.nextPosterior, output.targetVariance.squareRoot())
            }
          }
        }
      }
      let learned = LearnedRegimeSizes(
        barsPerYear: base.history.calendar.barsPerYear(timeframe), sharpeOfPrior: 0.1)
      #expect(
        sizes == learned.sizes(RegimeRecord(pairs), states: 3, at: .distantFuture))
    }
    // Something has been learned, and it sizes.
    let last = try #require(base.plan.folds.outer.last)
    #expect(base.skill.regimeSizes(timeframe, of: last)?.contains { $0 < 1 } == true)
    let lines = base.outcome.decisions.compactMap(\.allocation).flatMap(\.lines)
    #expect(lines.contains { $0.regimeMultiplier < 1 && $0.regimeMultiplier >= 0.25 })
  }

  @Test func `later bars and the number of workers change nothing`() async throws {
    let base = try await LearnedSizeRunTests.base.value
    let now = GeneratedMarket.time(day: 140, hour: 14)
    let corrupted = try await Trial(
      base.portfolio, on: Laboratory.market.corrupted(after: now), plan: base.plan,
      models: base.models)
    #expect(
      Trace(base.outcome).known(at: now).firstDifference(
        from: Trace(corrupted.outcome).known(at: now)) == nil)
    let again = try await Backtest(
      base.portfolio, history: base.history, plan: base.plan, models: base.models,
      skill: base.skill, workers: 1
    ).run()
    #expect(again.run.hash == base.outcome.run.hash)
    let skill = try await SkillHistory(
      base.portfolio, history: base.history, tables: base.tables, models: base.models, workers: 5)
    for fold in base.models.folds {
      #expect(skill.regimeSizes(.d1, of: fold) == base.skill.regimeSizes(.d1, of: fold))
    }
  }

  @Test func `what serves has the sizes of its record, and says so where there are none`()
    async throws
  {
    // Sizes are no part of a model: those of the other portfolio serve this one.
    let folder = try await Laboratory.stored.value.folder()
    var portfolio = Portfolio.small()
    portfolio.regime.size = [1, 1, 1]
    let plain = try await Trial(training: portfolio, on: Laboratory.market, in: folder)
    try ServingModels.activate(plain.plan, skill: plain.skill, store: folder.store)
    portfolio.regime.learnsSize = true
    let key = NodeKey("BTC", .d1)
    #expect(throws: ResearchError.gateOfOtherSettings(key, portfolio: "small")) {
      try ServingModels(portfolio, plan: plain.plan, store: folder.store)
    }
    // The same models: only the record is written down anew.
    let learned = try await Trial(
      portfolio, on: Laboratory.market, plan: plain.plan, models: plain.models)
    try ServingModels.activate(learned.plan, skill: learned.skill, store: folder.store)
    let serving = try ServingModels(portfolio, plan: learned.plan, store: folder.store)
    for (key, node) in serving.nodes {
      let expected =
        key.timeframe == .d1
        ? learned.skill.regimeSizes(.d1, of: learned.plan.folds.serving) : nil
      #expect(node.sizes == expected)
    }
  }
}
