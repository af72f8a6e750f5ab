import Engine
import Market
import Proofs
import Research
import SignalGraph
import Testing
import Trading

/// The second set of books: right accounts pass, and each way of being wrong is found.
@Suite struct LedgerTests {
  private func check(
    _ subject: Subject, costs: CostSettings? = nil,
    _ spoil: (inout AccountRecord) -> Void = { _ in }
  ) -> Proof {
    var account = AccountRecord(subject.outcome.run)
    spoil(&account)
    return Ledger.proof(
      account, subject: subject.name, grid: subject.outcome.grid,
      firstStep: subject.outcome.steps.lowerBound, costs: costs ?? subject.portfolio.costs,
      capital: subject.portfolio.capital, mayBorrow: false)
  }

  @Test func `the books of a run are in order`() async throws {
    let runs = try await Laboratory.runs.value
    for subject in [runs.own, runs.probing] {
      let proof = check(subject)
      #expect(proof.holds, "\(proof.findings)")
      #expect(proof.values > 10_000)
    }
  }

  @Test func `other costs than the portfolio's are found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject, costs: CostSettings(commission: 0.0003, slippage: 0.0001))
    #expect(proof.findings.contains { $0.contains("fee") })
    let slipped = check(subject, costs: CostSettings(commission: 0.0002, slippage: 0.0002))
    #expect(slipped.findings.contains { $0.contains("price") })
  }

  @Test func `a fill at the close before its open is found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject) { account in
      let fill = account.fills[3]
      let symbol = account.symbols.firstIndex(of: fill.symbol)!
      let series = subject.outcome.grid.series[symbol]
      let bar = series.times.firstIndex(of: fill.time)!
      account.fills[3].price = series.closes[bar - 1] * (1 + 0.0001)
    }
    #expect(proof.findings.first?.contains("price") == true)
  }

  @Test func `a fill where the symbol has no bar is found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject) { account in
      account.fills[3].time = account.fills[3].time + 60_000
    }
    #expect(!proof.holds)
  }

  @Test func `a fee that was not taken from cash is found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject) { account in
      let fill = account.fills[0]
      for step in account.times.indices where account.times[step] >= fill.time {
        account.cash[step] += fill.fee
        account.equity[step] += fill.fee
      }
    }
    #expect(proof.findings.contains { $0.contains("equity") })
  }

  @Test func `one wrong equity among thousands is found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject) { $0.equity[1000] *= 1 + 1e-8 }
    #expect(proof.failureCount == 1)
  }

  @Test func `an order decided at another time is found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject) { account in
      let fill = account.fills[5]
      let order = account.orders.lastIndex {
        $0.symbol == fill.symbol && $0.decidedAt <= fill.time
      }!
      account.orders[order].decidedAt = account.orders[order].decidedAt - SmallMarket.hour
    }
    #expect(proof.findings.contains { $0.contains("earlier or later") })
  }

  @Test func `a fill that nobody ordered is found`() async throws {
    let subject = try await Laboratory.runs.value.own
    let proof = check(subject) { $0.orders = [] }
    #expect(proof.findings.contains { $0.contains("no order") })
  }
}
