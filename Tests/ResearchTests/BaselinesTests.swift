import Allocation
import Engine
import Market
import Research
import SignalGraph
import Testing
import Trading

/// The portfolios without models that every run stands beside.
@Suite struct BaselinesTests {
  @Test func `all six run over the portfolio's steps at its costs`() async throws {
    let trial = try await Laboratory.base.value
    let baselines = trial.outcome.baselines
    #expect(
      baselines.map(\.baseline.rawValue) == [
        "buy and hold", "equal weight, weekly", "inverse volatility, weekly", "HRP, weekly",
        "ERC, weekly", "cash",
      ])
    #expect(Set(baselines.map(\.run.hash)).count == 6)
    for (_, run) in baselines {
      #expect(run.times == trial.outcome.run.times)
      #expect(run.startCapital == trial.portfolio.capital.cash)
      for fill in run.fills {
        let cost = trial.portfolio.costs.commission * abs(fill.quantity * fill.price)
        #expect(abs(fill.fee - cost) <= 1e-12 * cost)
      }
    }
  }

  @Test func `buying and holding trades once`() async throws {
    let run = try await run(.buyAndHold)
    #expect(run.fills.count == 3 && Set(run.fills.map(\.time)).count == 1)
  }

  @Test func `cash is left alone`() async throws {
    let run = try await run(.cash)
    #expect(run.orders.isEmpty && Set(run.equity) == [run.startCapital])
  }

  @Test(arguments: [
    Baseline.inverseVolatility, .hierarchicalRiskParity, .equalRiskContribution,
  ])
  func `the weights by risk are those of the week's first estimate`(baseline: Baseline) async throws
  {
    let trial = try await Laboratory.base.value
    let run = try await run(baseline)
    let grid = trial.history.grid(.d1)
    var week: Timestamp?
    var checked = 0
    for (step, now) in run.knownAt.enumerated() {
      let this = Timeframe.w1.slot(containing: now)
      guard this != week else {
        #expect(!run.orders.contains { $0.decidedAt == now })
        continue
      }
      week = this
      let estimate = try TwoSpeedCovariance.estimate(
        symbols: grid.symbols, returns: returns(grid, until: now), minimumObservations: 20)
      let weights: [Double] =
        switch baseline {
        case .inverseVolatility: inverseVolatilityWeights(estimate.volatilities)
        case .equalRiskContribution: try riskParity(covariance: estimate.covariance)
        default: hierarchicalRiskParity(covariance: estimate.covariance)
        }
      for order in run.orders where order.decidedAt == now {
        let symbol = try #require(run.symbols.firstIndex(of: order.symbol))
        let row = try #require(estimate.index(of: order.symbol))
        let mark = try #require(
          trial.outcome.grid.lastClose(
            symbol, at: trial.outcome.steps.lowerBound + step))
        let held = run.weights[step * run.symbols.count + symbol] * run.equity[step]
        let wanted = held + order.quantity * mark
        // What is left is the rounding of the way to units and back.
        #expect(abs(wanted / run.equity[step] - weights[row]) < 1e-9)
        checked += 1
      }
    }
    #expect(checked > 40)
  }

  private func run(_ baseline: Baseline) async throws -> EngineRun {
    let outcome = try await Laboratory.base.value.outcome
    return try #require(outcome.baselines.first { $0.baseline == baseline }).run
  }

  /// Daily returns known at a time, by bar of the grid; nil where a symbol has none.
  private func returns(_ grid: BarGrid, until now: Timestamp) -> [[Double?]] {
    var last: [Double?] = grid.symbols.map { _ in nil }
    return grid.times.indices.filter { grid.knownAt($0) <= now }.map { step in
      grid.symbols.indices.map { symbol in
        guard let bar = grid.bar(symbol, at: step) else { return nil }
        let close = grid.series[symbol].closes[bar]
        defer { last[symbol] = close }
        return last[symbol].map { close / $0 - 1 }
      }
    }
  }
}
