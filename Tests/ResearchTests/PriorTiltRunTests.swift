import Allocation
import Engine
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// Without proved skill that covers its costs the prior is held, bit by bit.
@Suite struct PriorTiltRunTests {
  @Test func `a shut gate holds the prior, and the run is the one without any forecast`()
    async throws
  {
    let shut = try await Laboratory.unskilled.value
    for fold in shut.plan.folds.outer {
      for timeframe in [Timeframe.h1, .h4] {
        let calibration = shut.skill.calibration(timeframe, of: fold)
        #expect(calibration.verdict == .shut && calibration.weight == 0)
        #expect(calibration.pairs > 0)
      }
    }
    // There are forecasts; they are worth nothing.
    #expect(shut.outcome.nodes.flatMap(\.signals).contains { ($0.forecast ?? 0) != 0 })
    expectPrior(shut)

    var portfolio = shut.portfolio
    portfolio.forecast.minimumBars = 1_000_000
    let none = try await Trial(training: portfolio, on: Laboratory.noise)
    #expect(none.outcome.nodes.flatMap(\.signals).allSatisfy { $0.forecast == nil })
    #expect(none.plan.folds.inner.allSatisfy { none.models.nodes(of: $0).isEmpty })
    expectPrior(none)
    #expect(none.outcome.run.hash == shut.outcome.run.hash)

    // The same models with the gate off do move weights.
    portfolio = shut.portfolio
    portfolio.forecast.gate = .off
    let open = try await Trial(
      portfolio, on: Laboratory.noise, plan: shut.plan, models: shut.models)
    #expect(open.skill.calibration(.h1, of: open.plan.folds.outer[0]).verdict == .off)
    #expect(open.outcome.run.hash != shut.outcome.run.hash)
  }

  @Test func `forecasts that do not cover their costs hold the prior`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.forecast.gate = .off
    // Less than 4 % a trade is what no forecast of this market promises in a day.
    portfolio.costs = CostSettings(commission: 0.5, slippage: 0.1)
    let costly = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    #expect(costly.outcome.nodes.flatMap(\.signals).contains { abs($0.mu) > 1e-4 })
    expectPrior(costly)

    portfolio.costs = CostSettings(commission: 0, slippage: 0)
    let free = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let tilts = free.outcome.decisions.compactMap(\.allocation).flatMap(\.lines)
      .map(\.tiltMultiplier)
    #expect(tilts.count { $0 != 1 } > tilts.count / 2)
  }

  @Test func `without regimes, target and band it is equal weight at the same closes, bit by bit`()
    async throws
  {
    let shut = try await Laboratory.unskilled.value
    var portfolio = shut.portfolio
    portfolio.regime.size = [1, 1, 1]
    portfolio.allocation.volatilityTarget = nil
    portfolio.allocation.band = 0
    let plain = try await Trial(
      portfolio, on: Laboratory.noise, plan: shut.plan, models: shut.models)
    let steps = plain.outcome.steps
    let run = try await StepLoop(
      grid: plain.outcome.grid, costs: portfolio.costs, capital: portfolio.capital
    ).run(steps, EqualWeight(every: portfolio.decisionEvery))
    #expect(run.orders.count > 300)
    #expect(run.hash == plain.outcome.run.hash)
    #expect(
      plain.outcome.decisions.count == Int(
        (run.knownAt.last! - run.knownAt[0])
          / Timestamp.millisecondsPerDay) + 1)
    // Each of the three settings makes a difference of its own.
    for index in 0..<3 {
      var other = portfolio
      switch index {
      case 0: other.regime.size = [1, 1, 0.5]
      case 1: other.allocation.volatilityTarget = 0.1
      default: other.allocation.band = 0.1
      }
      let trial = try await Trial(
        other, on: Laboratory.noise, plan: shut.plan, models: shut.models)
      #expect(trial.outcome.run.hash != run.hash)
    }
  }

  @Test func `weights are decided once a day at the first close of it`() async throws {
    let base = try await Laboratory.base.value
    var days: Set<Int64> = []
    for decision in base.outcome.decisions {
      #expect(days.insert(decision.now.day).inserted)
      #expect(decision.allocation != nil)
      let first = try #require(
        base.outcome.run.knownAt.first { $0.day == decision.now.day })
      #expect(decision.now == first)
    }
    #expect(days == Set(base.outcome.run.knownAt.map(\.day)))
  }

  /// No limit binds in these portfolios, so the limited weight is the prior's, where there is a price.
  private func expectPrior(_ trial: Trial) {
    let lines = trial.outcome.decisions.compactMap(\.allocation).flatMap(\.lines)
    #expect(lines.contains { $0.afterRegime > 0 })
    for line in lines where !line.isStuck {
      #expect(line.tiltMultiplier == 1)
      #expect(line.tilted.bitPattern == line.afterRegime.bitPattern)
      #expect(line.limited.bitPattern == line.afterRegime.bitPattern)
      #expect(line.afterRegime == line.regimeMultiplier * line.scaled)
    }
    #expect(trial.outcome.signals.flatMap(\.signals).allSatisfy { $0.netAlpha == 0 })
  }
}

/// A third, a third, a third, at the first close of every interval.
private actor EqualWeight: DecisionMaker {
  private let every: Int64
  private var last: Int64?

  init(every: Int64) {
    self.every = every
  }

  func decide(_ moment: Moment) async -> Targets? {
    let interval = moment.now.milliseconds / every
    guard interval != last else { return nil }
    last = interval
    let count = moment.book.symbols.count
    return Targets(
      weights: Array(repeating: 1 / Double(count), count: count),
      reasons: Array(repeating: "equal weight", count: count))
  }
}
