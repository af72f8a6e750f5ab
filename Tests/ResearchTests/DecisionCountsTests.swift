import Allocation
import Engine
import Market
import Research
import SignalGraph
import Signals
import Testing
import Trading

@Suite struct DecisionCountsTests {
  /// - Parameter lot: 0, or a unit of which the account could buy about ten.
  @Test(arguments: [AllocationSettings.Mode.priorTilt, .inOut], [0.0, 1])
  func `the counts of a symbol add up to the number of decisions, those traded to its orders`(
    mode: AllocationSettings.Mode, lot: Double
  ) async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = mode
    portfolio.exit.stop = 0.04
    if lot > 0 { (portfolio.capital.lot, portfolio.capital.cash) = (lot, 1000) }
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let orders = trial.outcome.run.orders
    let counts = DecisionCounts(
      trial.outcome.decisions, symbols: portfolio.symbols, orders: orders)
    let due = trial.outcome.decisions.filter { $0.allocation != nil }
    #expect(counts.decisions == due.count && due.count > 100)
    #expect(due.count < trial.outcome.decisions.count)
    for symbol in portfolio.symbols.indices {
      #expect(counts.rows.reduce(0) { $0 + $1.counts[symbol] } == due.count)
    }
    // Traded is what was ordered at the closes of decisions, symbol by symbol.
    let traded = try #require(counts.rows.first { $0.name == "traded" })
    #expect(counts.rows[0] == traded)
    let closes = Set(due.map(\.now))
    for (symbol, count) in zip(portfolio.symbols, traded.counts) {
      #expect(count == orders.count { $0.symbol == symbol && closes.contains($0.decidedAt) })
    }
    if lot > 0, mode == .priorTilt {
      #expect(counts.rows.contains { $0.name == "too small to order" })
    }
    let others = counts.rows.dropFirst().map(\.total)
    #expect(others == others.sorted(by: >) && !others.isEmpty)
    #expect(Set(counts.rows.map(\.name)).count == counts.rows.count)
    let names = DecisionOutcome.builtIn.map(\.rawValue)
    #expect(counts.rows.allSatisfy { names.contains($0.name) })
  }

  @Test func `no decision, no row`() {
    let counts = DecisionCounts([PortfolioDecision](), symbols: ["A"], orders: [])
    #expect(counts.decisions == 0 && counts.rows.isEmpty)
  }
}
