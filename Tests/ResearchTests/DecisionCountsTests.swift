import Allocation
import Market
import Research
import SignalGraph
import Signals
import Testing

@Suite struct DecisionCountsTests {
  @Test(arguments: [AllocationSettings.Mode.priorTilt, .inOut])
  func `the counts of a symbol add up to the number of decisions`(mode: AllocationSettings.Mode)
    async throws
  {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = mode
    portfolio.exit.stop = 0.04
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    let counts = DecisionCounts(trial.outcome.decisions, symbols: portfolio.symbols)
    let due = trial.outcome.decisions.filter { $0.allocation != nil }
    #expect(counts.decisions == due.count && due.count > 100)
    #expect(due.count < trial.outcome.decisions.count)
    for symbol in portfolio.symbols.indices {
      #expect(counts.rows.reduce(0) { $0 + $1.counts[symbol] } == due.count)
    }
    // Traded is what the lines say was traded, symbol by symbol.
    let traded = try #require(counts.rows.first { $0.name == "traded" })
    #expect(counts.rows[0] == traded)
    for symbol in portfolio.symbols.indices {
      let lines = due.compactMap { $0.allocation?.lines[symbol] }
      #expect(traded.counts[symbol] == lines.count { $0.isTraded })
    }
    let others = counts.rows.dropFirst().map(\.total)
    #expect(others == others.sorted(by: >) && !others.isEmpty)
    #expect(Set(counts.rows.map(\.name)).count == counts.rows.count)
    let names = DecisionOutcome.builtIn.map(\.rawValue)
    #expect(counts.rows.allSatisfy { names.contains($0.name) })
  }

  @Test func `no decision, no row`() {
    let counts = DecisionCounts([PortfolioDecision](), symbols: ["A"])
    #expect(counts.decisions == 0 && counts.rows.isEmpty)
  }
}
