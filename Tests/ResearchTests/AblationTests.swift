import Allocation
import Engine
import Market
import Models
import Research
import SignalGraph
import Signals
import Statistics
import Testing
import Trading

@Suite struct AblationTests {
  @Test func `what a portfolio can do without`() {
    let all = Ablation.all(of: .small())
    #expect(
      all == [
        .onlyForecasts(.h1), .onlyForecasts(.h4), .onlyForecasts(.d1), .withoutRegimes,
        .withoutForecasts, .withoutLimits, .priorAlone,
      ])
    #expect(Set(all.map(\.name)).count == all.count)
    var one = Portfolio.small()
    one.timeframes[1].weight = 0
    one.timeframes[2].weight = 0
    one.allocation.mode = .inOut
    #expect(
      Ablation.all(of: one) == [.withoutRegimes, .withoutForecasts, .withoutLimits])
  }

  @Test func `a part that does nothing changes nothing, the others do`() async throws {
    let trial = try await Laboratory.base.value
    func hash(_ ablation: Ablation) async throws -> String {
      try await trial.backtest.without(ablation).run(withBaselines: false).run.hash
    }
    let whole = trial.outcome.run.hash
    // The portfolio has no limits but the gross one.
    #expect(try await hash(.withoutLimits) == whole)
    // Regimes have sizes 1, .75 and .5, and the hourly gate is open.
    let regimes = try await hash(.withoutRegimes)
    let forecasts = try await hash(.withoutForecasts)
    let prior = try await hash(.priorAlone)
    #expect(Set([whole, regimes, forecasts, prior]).count == 4)
    // Days have no forecast: with their weight alone nothing tilts, as with the gates shut.
    #expect(try await hash(.onlyForecasts(.d1)) == forecasts)
    #expect(try await hash(.onlyForecasts(.h1)) != forecasts)
  }

  /// Positions in and out on ungated forecasts, by rules that read no regime, and by the covariance that
  /// one mixed by regimes is without them.
  private static let plain = Task {
    let base = try await Laboratory.ungated.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = .inOut
    portfolio.regime.size = [1, 1, 1]
    portfolio.entry.confidence = 0
    portfolio.allocation.covariance = .ledoitWolf
    return try await Trial(base, under: portfolio)
  }

  /// The same up to day 160: what changes a run has changed it by then.
  private static let short = Task {
    let plain = try await AblationTests.plain.value
    return try await Trial(
      plain.portfolio, on: Laboratory.market.truncated(at: GeneratedMarket.time(day: 160)),
      plan: plain.plan, models: plain.models)
  }

  /// Everything by which a file makes rules, sizes or covariances read a regime, alone; but for
  /// `regime.size: learned`, which needs a record of its own.
  private static let readers: [(name: String, change: @Sendable (inout Portfolio) -> Void)] = [
    ("regime.size", { $0.regime.size = [0, 0, 0] }),
    ("entry.confidence", { $0.entry.confidence = 1 }),
    ("entry.confidence by timeframe", { $0.entry.timeframeConfidences = [.h1: 1, .h4: 1] }),
    ("entry.sides", { $0.entry.sides = [.none, .none, .none] }),
    ("entry.size", { $0.entry.size = [0, 0, 0] }),
    ("entry.regimes", { $0.entry.timeframeRegimes = [.h4: [.none, .none, .none]] }),
    ("exit.regime_change", { $0.exit.regimeChange = 0.5 }),
    ("exit.low_confidence", { $0.exit.lowConfidence = 1 }),
    ("exit.low_confidence by state", { $0.exit[.lowConfidence] = .byState([1, 1, 1]) }),
    ("allocation.covariance", { $0.allocation.covariance = .mixture }),
    (
      "entry of a symbol",
      {
        var entry = EntrySettings()
        entry.confidence = 1
        $0.symbolEntry["ETH"] = entry
      }
    ),
    (
      "exit of a symbol",
      {
        var exit = ExitSettings()
        exit.regimeChange = 0.5
        $0.symbolExit["ETH"] = exit
      }
    ),
  ]

  @Test func `without regimes nothing that is decided reads one, whatever the file says`()
    async throws
  {
    let trial = try await AblationTests.short.value
    let bare = try await trial.backtest.without(.withoutRegimes).run(withBaselines: false).run
    // Conviction is weighed by the regimes' confidence, and no rule is there to tell of it.
    #expect(bare.hash != trial.outcome.run.hash && bare.orders.count > 10)
    for (name, change) in AblationTests.readers {
      let whole = trial.changed(change)
      let run = try await whole.run(withBaselines: false).run
      #expect(run.hash != trial.outcome.run.hash, "\(name)")
      let without = try await whole.without(.withoutRegimes).run(withBaselines: false).run
      #expect(without.hash == bare.hash, "\(name)")
    }
  }

  @Test func `without regimes no size is learned of them`() async throws {
    let plain = try await AblationTests.plain.value
    var portfolio = plain.portfolio
    portfolio.regime.learnsSize = true
    let learned = try await Trial(
      portfolio, on: Laboratory.market, plan: plain.plan, models: plain.models)
    #expect(learned.outcome.run.hash != plain.outcome.run.hash)
    let (bare, without) = (
      try await plain.backtest.without(.withoutRegimes).run(withBaselines: false).run,
      try await learned.backtest.without(.withoutRegimes).run(withBaselines: false).run
    )
    #expect(without.hash == bare.hash)
  }

  @Test func `votes that no confidence weighs are worth the same without regimes`() async throws {
    let trial = try await AblationTests.plain.value
    let whole = trial.changed { $0.combine.method = .vote }
    let run = try await whole.run(withBaselines: false).run
    let without = try await whole.without(.withoutRegimes).run(withBaselines: false).run
    #expect(without.hash == run.hash && run.orders.count > 10)
  }

  @Test func `without regimes a number that differs by them is their mean, and the rule stays`()
    async throws
  {
    let trial = try await AblationTests.plain.value
    func run(_ change: (inout ExitSettings) -> Void) async throws -> EngineRun {
      try await trial.changed { change(&$0.exit) }.without(.withoutRegimes)
        .run(withBaselines: false).run
    }
    let byState = try await run {
      // Off in the second state.
      $0[.stop] = .byState([0.01, nil, 0.03])
      $0.maxBars = .byState([6, 12, 19])
    }
    let mean = try await run {
      $0.stop = 0.02
      $0.maxBars = .all(12)
    }
    #expect(byState.hash == mean.hash)
    let reasons = Set(byState.orders.map(\.reason))
    #expect(reasons.isSuperset(of: ["exit: stop", "exit: time"]))
  }

  @Test func `a prior without regimes has neither their exits nor their covariance`() async throws {
    let base = try await Laboratory.base.value
    func prior(_ change: (inout Portfolio) -> Void) -> Backtest {
      base.changed {
        $0.regime.size = [1, 1, 1]
        $0.allocation.prior = .riskParity
        change(&$0)
      }
    }
    func run(_ backtest: Backtest, _ part: Ablation? = nil) async throws -> EngineRun {
      try await (part.map(backtest.without) ?? backtest).run(withBaselines: false).run
    }
    let plain = prior { $0.allocation.covariance = .ledoitWolf }
    let mixed = prior {
      $0.allocation.covariance = .mixture
      $0.exit.regimeChange = 0.5
    }
    let whole = try await run(mixed)
    #expect(whole.fills.contains { $0.reason.contains("regime change") })
    let without = try await run(mixed, .withoutRegimes)
    #expect(!without.fills.contains { $0.reason.contains("regime change") })
    let unmixed = try await run(plain)
    #expect(without.hash == unmixed.hash && without.hash != whole.hash)
    let alone = try await run(mixed, .priorAlone)
    let shut = try await run(plain, .withoutForecasts)
    #expect(alone.hash == shut.hash && alone.hash != without.hash)
  }

  @Test func `where there is one regime, a covariance mixed by regimes owes them nothing`()
    async throws
  {
    var portfolio = Portfolio.hasty()
    portfolio.regime.states = 1
    portfolio.regime.size = [1]
    portfolio.forecast.minimumBars = 100_000
    portfolio.variance.method = .ewma
    portfolio.allocation.covariance = .mixture
    portfolio.allocation.prior = .minimumVariance
    portfolio.allocation.window = 100
    let trial = try await Trial(training: portfolio, on: Laboratory.noise)
    let backtest = trial.backtest.without(.withoutRegimes)
    let outcome = try await backtest.run(withBaselines: false)
    let row = try backtest.ablationRow(
      outcome, name: "without regimes", whole: trial.outcome)
    #expect(outcome.run.fills.count > 2)
    #expect(abs(try #require(row.curve.sharpeAdvantage)) < 1e-9)
  }

  @Test func `gates shut, the weights are the prior's to the bit`() async throws {
    let trial = try await Laboratory.base.value
    let outcome = try await trial.backtest.without(.withoutForecasts).run(withBaselines: false)
    var lines = 0
    for decision in outcome.decisions {
      for line in decision.allocation?.lines ?? [] {
        // What has no price is left as it is held.
        #expect(line.tiltMultiplier == 1 && (line.isStuck || line.tilted == line.afterRegime))
        lines += 1
      }
    }
    #expect(lines > 100)
  }

  @Test func `rows stand beside the whole, paired`() async throws {
    let trial = try await Laboratory.base.value
    let backtest = trial.backtest.without(.withoutRegimes)
    let outcome = try await backtest.run(withBaselines: false)
    let whole = try trial.backtest.ablationRow(trial.outcome, name: "whole", whole: nil)
    let row = try backtest.ablationRow(outcome, name: "part", whole: trial.outcome)
    #expect(whole.curve.sharpeAdvantage == nil && whole.runHash == trial.outcome.run.hash)
    let difference =
      try #require(whole.curve.performance.sharpe)
      - #require(row.curve.performance.sharpe)
    #expect(abs(try #require(row.curve.sharpeAdvantage) - difference) < 1e-9)
    let report = AblationReport(rows: [whole, row])
    #expect(report.variants.map(\.returns.count) == [whole.curve.equity.count - 1].cycled(2))
    let overfitting = try #require(try OverfittingReport(report.variants))
    #expect(overfitting.test.variants == 2 && overfitting.test.combinations == 12_870)
    #expect(try #require(overfitting.effective) < 2)
    // The same run twice is no third variant.
    var repeated = try #require(
      try OverfittingReport(AblationReport(rows: [whole, row, whole]).variants))
    #expect(repeated.given == 3 && overfitting.given == 2)
    repeated.given = 2
    #expect(repeated == overfitting)
  }

  @Test func `what is not there to be taken out is an earlier run again`() async throws {
    let trial = try await Laboratory.base.value
    var report = AblationReport(rows: [
      try trial.backtest.ablationRow(trial.outcome, name: "the whole", whole: nil)
    ])
    for ablation in Ablation.all(of: trial.portfolio) {
      let backtest = trial.backtest.without(ablation)
      let outcome = try await backtest.run(withBaselines: false)
      report.rows.append(
        try backtest.ablationRow(outcome, name: ablation.name, whole: trial.outcome))
    }
    let twins = report.rows.indices.map { report.twin(of: $0)?.name }
    let own = report.rows.indices.filter { twins[$0] == nil }
    #expect(Set(own.map { report.rows[$0].runHash }).count == own.count)
    func twin(_ ablation: Ablation) -> String? {
      report.rows.firstIndex { $0.name == ablation.name }.flatMap { twins[$0] }
    }
    #expect(twins[0] == nil && twin(.withoutRegimes) == nil)
    // The portfolio has no limits but the gross one; days have no forecast, and 4h may have none that counts.
    #expect(twin(.withoutLimits) == "the whole")
    let days = Ablation.onlyForecasts(.d1)
    #expect(twin(.withoutForecasts) == twin(days) ?? days.name)
  }
}

extension Trial {
  /// A backtest of the same models under other settings, none of which the record depends on.
  fileprivate func changed(_ change: (inout Portfolio) -> Void) -> Backtest {
    var portfolio = portfolio
    change(&portfolio)
    return Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: 2)
  }
}

extension [Int] {
  fileprivate func cycled(_ times: Int) -> [Int] { (0..<times).flatMap { _ in self } }
}
