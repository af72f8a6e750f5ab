import Allocation
import Engine
import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// `allocation.covariance: mixture` in a run: the nodes' regimes, as they were known.
@Suite struct MixtureRunTests {
  private static let base = Task {
    var portfolio = Portfolio.small()
    portfolio.allocation.covariance = .mixture
    portfolio.allocation.prior = .riskParity
    portfolio.allocation.window = 150
    let plain = try await Laboratory.base.value
    return try await Trial(
      portfolio, on: Laboratory.market, plan: plain.plan, models: plain.models)
  }

  @Test func `a decision's covariance is that of the bars so far, by the regimes at their closes`()
    async throws
  {
    let base = try await MixtureRunTests.base.value
    let signals = base.outcome.signals.map(\.signals)
    var risk = try PortfolioGraph(base.portfolio, history: base.history).riskHistory(signals)
    let grid = base.history.grid(.d1)
    var compared = 0
    for decision in base.outcome.decisions where decision.allocation != nil {
      let estimate = try risk.estimate(at: decision.now, minimumObservations: 30)
      guard decision.now.milliseconds / Timestamp.millisecondsPerDay % 17 == 0 else { continue }
      // Everything from the start, by plain means.
      var own = try RegimeMixtureCovariance(
        symbols: base.history.symbols, regimes: 3, window: 150)
      var next = [1.0 / 3, 1.0 / 3, 1.0 / 3]
      for step in grid.times.indices where grid.knownAt(step) <= decision.now {
        let returns = grid.symbols.indices.map { symbol -> Double in
          guard step > 0, let bar = grid.bar(symbol, at: step),
            let before = grid.lastClose(symbol, at: step - 1)
          else { return .nan }
          return grid.series[symbol].closes[bar] / before - 1
        }
        var (now, ahead) = ([0.0, 0, 0], [0.0, 0, 0])
        for all in signals {
          // The last word of the daily node at or before the close.
          let known = all.last { $0.knownAt <= grid.knownAt(step) }
          guard let node = known?.parts.first(where: { $0.timeframe == .d1 })?.signal else {
            continue
          }
          for k in 0..<3 {
            now[k] += node.posterior[k]
            ahead[k] += node.nextPosterior[k]
          }
        }
        let (sum, sumAhead) = (now.reduce(0, +), ahead.reduce(0, +))
        try own.update(
          returns, probabilities: sum > 0 ? now.map { min(1, $0 / sum) } : [1, 1, 1].map { $0 / 3 })
        next = sumAhead > 0 ? ahead.map { $0 / sumAhead } : [1, 1, 1].map { $0 / 3 }
      }
      let plain = try own.estimate(next: next, minimumObservations: 30)
      #expect(plain.symbols == estimate.symbols)
      for (a, b) in zip(plain.covariance.elements, estimate.covariance.elements) {
        #expect(abs(a - b) < 1e-12 * abs(b))
      }
      compared += 1
    }
    #expect(compared > 3)
  }

  @Test
  func `it holds other weights than the default covariance, and as many workers as there are`()
    async throws
  {
    let base = try await MixtureRunTests.base.value
    var plain = base.portfolio
    plain.allocation.covariance = .twoSpeed
    let other = try await Trial(base, under: plain)
    #expect(other.outcome.run.hash != base.outcome.run.hash)
    for workers in [1, 5] {
      let again = try await Backtest(
        base.portfolio, history: base.history, plan: base.plan, models: base.models,
        skill: base.skill, workers: workers
      ).run()
      #expect(again.run.hash == base.outcome.run.hash)
    }
  }

  @Test(arguments: [(day: 125, hour: 7), (day: 140, hour: 23), (day: 180, hour: 0)])
  func `bars that come later, or not at all, change nothing before`(day: Int, hour: Int)
    async throws
  {
    let base = try await MixtureRunTests.base.value
    let now = GeneratedMarket.time(day: day, hour: hour)
    let corrupted = try await Trial(
      base.portfolio, on: Laboratory.market.corrupted(after: now), plan: base.plan,
      models: base.models)
    #expect(
      Trace(base.outcome).known(at: now).firstDifference(
        from: Trace(corrupted.outcome).known(at: now)) == nil)
    let truncated = try await Trial(
      base.portfolio, on: Laboratory.market.truncated(at: now), plan: base.plan,
      models: base.models)
    let opened = now - GeneratedMarket.hour
    #expect(
      Trace(base.outcome).known(at: now, openedBy: opened).firstDifference(
        from: Trace(truncated.outcome).known(at: now, openedBy: opened)) == nil)
  }

  @Test func `allocate takes the regimes of all bars from the models that serve`() async throws {
    let stored = try await Laboratory.stored.value
    let (trial, folder) = (stored.trial, try stored.folder())
    try ServingModels.activate(trial.plan, skill: trial.skill, store: folder.store)
    func report(_ covariance: CovarianceMethod) async throws -> AllocationReport {
      var portfolio = trial.portfolio
      portfolio.allocation.covariance = covariance
      let run = AllocationRun(
        portfolio, history: trial.history,
        serving: try ServingModels(portfolio, plan: trial.plan, store: folder.store), workers: 2)
      var book = Book(symbols: trial.history.symbols, cash: 50_000)
      for (index, price) in run.prices.enumerated() { book.mark(index, at: try #require(price)) }
      return try await run.report(book: book, heldFrom: "cash", notes: [])
    }
    let (plain, mixed) = (try await report(.twoSpeed), try await report(.mixture))
    #expect(plain.correlation != mixed.correlation)
    let table = try #require(mixed.regimes)
    #expect(table == plain.regimes || table.isWeighted)
    // Every day of the history has a regime by the serving models, but for the warm-up.
    #expect(table.bars > 150 && table.pairs.allSatisfy { $0.bars > 100 })
    #expect(abs(table.states.reduce(0) { $0 + ($1.now ?? 0) } - 1) < 1e-12)
  }
}
