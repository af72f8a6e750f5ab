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

/// The placebo of the overlays' sizes, against runs whose multipliers are set by hand.
@Suite struct PlaceboTests {
  /// A trial and its backtest, to be asked for placebos.
  private func backtest(_ trial: Trial, workers: Int = 2) -> Backtest {
    Backtest(
      trial.portfolio, history: trial.history, plan: trial.plan, models: trial.models,
      skill: trial.skill, workers: workers)
  }

  @Test func `each placebo is the whole run with its multipliers moved by hand`() async throws {
    let trial = try await Laboratory.base.value
    let placebo = try await backtest(trial).placebo(trial.outcome, count: 4)
    let outcome = trial.outcome
    let decisions = decisionSteps(outcome)
    #expect(decisions == days(outcome) && decisions.count > 100)
    #expect(placebo.decisions == decisions.count && placebo.shifts.count == 4)
    #expect(placebo.overlays == [.regimes] && !placebo.isThrottled)
    for (k, shift) in placebo.shifts.enumerated() {
      #expect(shift.decisions == (k + 1) * decisions.count / 5)
      let run = try await rerun(trial, by: shift.decisions)
      #expect(run.orders.count > 50)
      try expect(shift.figures, are: run, trial)
    }
    #expect(Set(placebo.shifts.map(\.figures.sharpe)).count == 4)
    // The run itself is the shift by nothing, and by the whole path.
    for shift in [0, decisions.count] {
      let same = try await rerun(trial, by: shift)
      #expect(same.hash == outcome.run.hash)
      try expect(placebo.own, are: same, trial)
    }
  }

  @Test func `rules that need a position and a label run as they did`() async throws {
    try await expectReruns(Laboratory.ungated.value) {
      $0.allocation.mode = .inOut
      $0.entry.confidence = 0
      $0.exit.stop = 0.02
      $0.exit.regimeChange = 0.9
    }
  }

  @Test func `stops within the bar stand in a placebo as they did in the run`() async throws {
    try await expectReruns(Laboratory.base.value) {
      $0.exit.intrabar = true
      $0.exit.stop = 0.02
      $0.exit.trailing = 0.03
    } check: { run in
      #expect(run.fills.contains { $0.reason.contains("stop") })
    }
  }

  @Test func `where exits have all weights decided anew, those decisions are shifted too`()
    async throws
  {
    let trial = try await expectReruns(Laboratory.base.value) {
      $0.limits.volatility = 0.3
      $0.exit.stop = 0.02
    } check: { run in
      #expect(run.fills.contains { $0.reason.contains("stop") })
    }
    #expect(decisionSteps(trial.outcome).count > days(trial.outcome).count + 5)
  }

  @Test func `the drawdown throttle follows each placebo's own equity`() async throws {
    let trial = try await expectReruns(Laboratory.base.value) {
      $0.limits.throttle = ThrottleSettings(reduce: 0.01, halt: 0.2)
    }
    let throttles = trial.outcome.decisions.compactMap { $0.allocation?.throttle }
    #expect(Set(throttles).count > 5)
    let placebo = try await backtest(trial).placebo(trial.outcome, count: 1)
    #expect(placebo.isThrottled)
  }

  @Test(arguments: [[1.0, 1, 1], [1, 0.75, 0.5]])
  func `the sizes of entry by regime are shifted, with those of the regimes`(sizes: [Double])
    async throws
  {
    let overlays: [Placebo.Overlay] = sizes[2] == 1 ? [.entry] : [.regimes, .entry]
    let trial = try await expectReruns(Laboratory.ungated.value, overlays: overlays) {
      $0.allocation.mode = .inOut
      $0.regime.size = sizes
      $0.entry.confidence = 0
      $0.entry.size = [1, 0.5, 0.25]
      $0.exit.stop = 0.02
    }
    // With a prior the entry rules are not asked.
    var portfolio = trial.portfolio
    portfolio.allocation.mode = .priorTilt
    let prior = try await Trial(trial, under: portfolio)
    let placebo = try await backtest(prior).placebo(prior.outcome, count: 1)
    #expect(placebo.overlays == (sizes[2] == 1 ? [] : [.regimes]))
  }

  @Test(arguments: [
    (averages: [5, 20], floor: 0.2, sizes: [1.0, 1, 1]),
    // A factor of .5 or 1 rounds nothing, wherever in the product it stands.
    (averages: [20], floor: 0.5, sizes: [1, 0.75, 0.5]),
  ])
  func `the trend's factors are shifted, with the sizes of the regimes`(
    averages: [Int], floor: Double, sizes: [Double]
  ) async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.regime.size = sizes
    let untrended = portfolio
    portfolio.allocation.trend = TrendOverlay(averages: averages, floor: floor)
    let trial = try await Trial(base, under: portfolio)
    let placebo = try await backtest(trial).placebo(trial.outcome, count: 2)
    #expect(placebo.overlays == (sizes[2] == 1 ? [.trend] : [.regimes, .trend]))
    #expect(placebo.shifts.count == 2)

    // The same run with the factors in the regimes' sizes, of closes that are known.
    var outcome = trial.outcome
    for symbol in outcome.signals.indices {
      let series = trial.history.grid(.d1).series[symbol]
      for step in decisionSteps(outcome) {
        let known = series.countKnown(at: outcome.run.knownAt[step])
        outcome.signals[symbol].signals[step].regimeSize *= portfolio.allocation.trend.factor(
          closes: Array(series.closes.prefix(known)))
      }
    }
    let same = try await run(trial, moved(outcome, by: 0), under: untrended)
    try expect(placebo.own, are: same, trial)
    for shift in placebo.shifts {
      let late = try await run(trial, moved(outcome, by: shift.decisions), under: untrended)
      #expect(late.hash != same.hash)
      try expect(shift.figures, are: late, trial)
    }
  }

  @discardableResult
  private func expectReruns(
    _ base: Trial, overlays: [Placebo.Overlay] = [.regimes], _ change: (inout Portfolio) -> Void,
    check: (EngineRun) -> Void = { _ in }
  ) async throws -> Trial {
    var portfolio = base.portfolio
    change(&portfolio)
    let trial = try await Trial(base, under: portfolio)
    let placebo = try await backtest(trial).placebo(trial.outcome, count: 2)
    #expect(placebo.overlays == overlays && placebo.shifts.count == 2)
    #expect(placebo.decisions == decisionSteps(trial.outcome).count)
    var hashes: Set = [trial.outcome.run.hash]
    for shift in placebo.shifts {
      let run = try await run(trial, moved(trial.outcome, by: shift.decisions, overlays))
      check(run)
      try expect(shift.figures, are: run, trial)
      hashes.insert(run.hash)
    }
    // A shift changes something.
    #expect(hashes.count > 1)
    return trial
  }

  @Test func `a symbol without a regime at times turns around the decisions that it has`()
    async throws
  {
    let base = try await Laboratory.base.value
    var outcome = base.outcome
    let decisions = decisionSteps(outcome)
    // LTC has no regime in the first third of the run.
    let silent = decisions[decisions.count / 3]
    for step in 0..<silent {
      outcome.signals[2].signals[step].regimeLabel = nil
      outcome.signals[2].signals[step].regimeSize = 0
    }
    let placebo = try await backtest(base).placebo(outcome, count: 3)
    #expect(placebo.shifts.count == 3)
    for shift in placebo.shifts {
      let signals = moved(outcome, by: shift.decisions)
      let sizes = { (signals: [SymbolSignal]) in decisions.map { signals[$0].regimeSize } }
      let (own, late) = (sizes(outcome.signals[2].signals), sizes(signals[2]))
      // No size comes where there is no regime, and none is lost.
      #expect(late.prefix(decisions.count / 3).allSatisfy { $0 == 0 })
      #expect(own.sorted() == late.sorted() && own != late)
      try expect(shift.figures, are: try await run(base, signals), base)
    }
  }

  @Test func `any number of workers gives the same placebos and leaves the run alone`() async throws
  {
    let trial = try await Laboratory.base.value
    let hash = trial.outcome.run.hash
    let one = try await backtest(trial, workers: 1).placebo(trial.outcome, count: 5)
    let four = try await backtest(trial, workers: 4).placebo(trial.outcome, count: 5)
    #expect(one == four)
    #expect(trial.outcome.run.hash == hash)
  }

  @Test func `sizes that never change leave nothing to test`() async throws {
    let base = try await Laboratory.base.value
    for size in [[1.0, 1, 1], [0.5, 0.5, 0.5]] {
      var portfolio = base.portfolio
      portfolio.regime.size = size
      let trial = try await Trial(base, under: portfolio)
      let placebo = try await backtest(trial).placebo(trial.outcome)
      #expect(!placebo.hasOverlay && placebo.shifts.isEmpty && placebo.overlays.isEmpty)
      #expect(placebo.standing(\.sharpe) == nil)
      try expect(placebo.own, are: trial.outcome.run, trial)
    }
  }

  @Test func `a path shorter than the shifts asked for is shifted by each of its lengths`()
    async throws
  {
    let trial = try await Laboratory.base.value
    let count = decisionSteps(trial.outcome).count
    let placebo = try await backtest(trial).placebo(trial.outcome)
    #expect(count <= Backtest.placebos)
    #expect(placebo.shifts.map(\.decisions) == Array(1..<count))
  }

  @Test func `the standing counts who is below and how often chance does as well`() throws {
    func figures(_ sharpe: Double?) -> Placebo.Figures {
      Placebo.Figures(
        sharpe: sharpe, compoundAnnualGrowthRate: nil, maximumDrawdown: -0.1, exposure: 1)
    }
    let shifts = [0.1, 0.5, 0.2, nil, 0.4, 0.3].enumerated().map {
      Placebo.Shift(decisions: $0 + 1, figures: figures($1))
    }
    let placebo = Placebo(decisions: 7, overlays: [.regimes], own: figures(0.4), shifts: shifts)
    let standing = try #require(placebo.standing(\.sharpe))
    #expect(standing.count == 5 && standing.below == 3)
    #expect(standing.median == 0.3 && standing.own == 0.4)
    #expect(abs(standing.low - 0.12) < 1e-15 && abs(standing.high - 0.48) < 1e-15)
    // 0.4 and 0.5 do as well; all but 0.5 do as badly.
    #expect(standing.pValue == 3.0 / 6 && standing.pValueOfHarm == 5.0 / 6)
    #expect(placebo.standing(\.compoundAnnualGrowthRate) == nil)
    #expect(try #require(placebo.standing(\.maximumDrawdown)).pValue == 1)
  }

  // The plain reference: no code of the placebo's own below.

  /// The first close of each day: steps at which weights are decided whatever happens.
  private func days(_ outcome: Backtest.Outcome) -> [Int] {
    let days = outcome.run.knownAt.map(\.day)
    return days.indices.filter { $0 == 0 || days[$0] != days[$0 - 1] }
  }

  /// With those at which an exit had all weights decided anew.
  private func decisionSteps(_ outcome: Backtest.Outcome) -> [Int] {
    let anew = Set(outcome.decisions.filter { $0.allocation != nil }.map(\.now))
    return Set(days(outcome)).union(
      outcome.run.knownAt.indices.filter { anew.contains(outcome.run.knownAt[$0]) }
    ).sorted()
  }

  /// The run's signals with the sizes of all symbols coming so many decisions late, the last ones
  /// first; each stands until the next. A symbol without a regime at some decisions turns by the same
  /// part of those it has.
  private func moved(
    _ outcome: Backtest.Outcome, by shift: Int, _ overlays: [Placebo.Overlay] = [.regimes]
  ) -> [[SymbolSignal]] {
    let decisions = decisionSteps(outcome)
    return outcome.signals.map { _, own in
      let spoken = decisions.filter { own[$0].regimeLabel != nil }
      var turn = shift % decisions.count
      if turn > 0, spoken.count < decisions.count {
        let share = Double(shift * spoken.count) / Double(decisions.count)
        turn = min(spoken.count - 1, max(1, Int((share + 0.5).rounded(.down))))
      }
      var signals = own
      for overlay in overlays {
        let size = overlay == .entry ? \SymbolSignal.entrySize : \SymbolSignal.regimeSize
        let sizes = spoken.map { own[$0][keyPath: size] }
        let late = Array(sizes.suffix(turn) + sizes.dropLast(turn))
        for (step, next) in zip(decisions, decisions.dropFirst() + [own.count]) {
          let place = spoken.firstIndex(of: step)
          for now in step..<next {
            signals[now][keyPath: size] = place.map { late[$0] } ?? own[step][keyPath: size]
          }
        }
      }
      return signals
    }
  }

  private func rerun(_ trial: Trial, by shift: Int) async throws -> EngineRun {
    try await run(trial, moved(trial.outcome, by: shift))
  }

  /// The backtest of given signals, with an allocator that has never seen an estimate.
  private func run(
    _ trial: Trial, _ signals: [[SymbolSignal]], under portfolio: Portfolio? = nil
  ) async throws -> EngineRun {
    let allocator = try PortfolioGraph(
      portfolio ?? trial.portfolio, history: trial.history
    ).allocator(signals)
    let loop = StepLoop(
      grid: trial.history.grid, costs: trial.portfolio.costs, capital: trial.portfolio.capital)
    return try await loop.run(
      trial.outcome.steps,
      PortfolioRun(allocator, signals: signals, firstStep: trial.outcome.steps.lowerBound))
  }

  /// Bit by bit, from equity at the run's start and at the last close of each day.
  private func expect(_ figures: Placebo.Figures, are run: EngineRun, _ trial: Trial) throws {
    let days = run.knownAt.map { ($0 - 1).day }
    let equity = days.indices.filter {
      $0 == 0 || $0 == days.count - 1 || days[$0] != days[$0 + 1]
    }.map { run.equity[$0] }
    let summary = try PerformanceSummary(equity: equity, barsPerYear: 365)
    #expect(figures.sharpe?.bitPattern == summary.sharpe?.bitPattern)
    #expect(
      figures.compoundAnnualGrowthRate?.bitPattern
        == summary.compoundAnnualGrowthRate?.bitPattern)
    #expect(figures.maximumDrawdown?.bitPattern == summary.maximumDrawdown?.depth.bitPattern)
    #expect(figures.exposure == run.exposure.reduce(0, +) / Double(run.exposure.count))
  }
}
