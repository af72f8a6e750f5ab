import Engine
import Kernels
import Market
import Proofs
import Testing
import Trading

/// The second set of books under every cost that an account can have.
@Suite struct LedgerCostTests {
  private struct Targets: DecisionMaker {
    func decide(_ moment: Moment) async -> Engine.Targets? {
      var random = CounterRandom(seed: 3, path: ["\(moment.now.milliseconds)"])
      let count = moment.book.symbols.count
      var bracket = Bracket()
      (bracket.stop, bracket.target) = (0.03, 0.05)
      // The last symbol is held long, without a stop, until it is traded no more.
      return Engine.Targets(
        weights: (0..<count).map { symbol in
          if symbol == count - 1 { return 0.3 }
          return random.uniform() < 0.5 ? nil : 1.5 * random.uniform() - 0.5
        }, reasons: Array(repeating: "random", count: count),
        brackets: Array(repeating: bracket, count: count - 1) + [nil])
    }
  }

  private var grid: BarGrid {
    var random = CounterRandom(seed: 4, path: ["bars"])
    return BarGrid(
      ["A", "B", "C"].map { name in
        var close = 20 + 50 * random.uniform()
        let end = name == "C" ? 150 : 300
        return BarSeries(
          symbol: Symbol(name), timeframe: .h1, calendar: .continuous,
          bars: (0..<end).compactMap { step in
            let open = close * (1 + 0.01 * (random.uniform() - 0.5))
            close = open * (1 + 0.04 * (random.uniform() - 0.5))
            let isMissing = step > 0 && random.uniform() < 0.1
            guard !isMissing else { return nil }
            return Bar(
              time: Timestamp(seconds: 3600 * Int64(step)), open: open,
              high: max(open, close) * 1.01, low: min(open, close) * 0.99, close: close,
              volume: 5000 * random.uniform())
          })
      })
  }

  private var settings: (costs: CostSettings, capital: CapitalSettings) {
    var costs = CostSettings(commission: 0.001, slippage: 0.0005)
    costs.minimumCommission = 3
    costs.halfSpread = 0.001
    costs.impact = 0.02
    costs.participation = 0.3
    costs.borrow = 0.2
    costs.funding = 0.1
    var capital = CapitalSettings()
    capital.cashRate = 0.05
    capital.debitRate = 0.1
    capital.lot = 1
    capital.leverage = 2
    capital.maintenance = 0.3
    capital.delistAfter = 5 * 3_600_000
    capital.delistLoss = 0.5
    return (costs, capital)
  }

  private func proof(
    costs: CostSettings? = nil, capital: CapitalSettings? = nil,
    _ spoil: (inout AccountRecord) -> Void = { _ in }
  ) async throws -> (proof: Proof, run: EngineRun) {
    let loop = StepLoop(grid: grid, costs: settings.costs, capital: settings.capital)
    let run = try await loop.run(0..<grid.times.count, Targets())
    var account = AccountRecord(run)
    spoil(&account)
    let proof = Ledger.proof(
      account, subject: "all costs", grid: grid, firstStep: 0, costs: costs ?? settings.costs,
      capital: capital ?? settings.capital, mayBorrow: true)
    return (proof, run)
  }

  @Test func `an account with every cost is in order`() async throws {
    let (proof, run) = try await proof()
    #expect(proof.holds, "\(proof.findings)")
    let book = run.book
    for amount in [book.spread, book.impact, book.writeOffs, book.borrow, book.funding] {
      #expect(amount != 0)
    }
    #expect(run.fills.contains { $0.isIntrabar })
  }

  @Test func `a cost that was charged otherwise is found`() async throws {
    func findings(_ change: (inout CostSettings, inout CapitalSettings) -> Void) async throws
      -> [String]
    {
      var (costs, capital) = settings
      change(&costs, &capital)
      return try await proof(costs: costs, capital: capital).proof.findings
    }
    #expect(try await !findings { costs, _ in costs.borrow = 0.21 }.isEmpty)
    #expect(try await !findings { costs, _ in costs.funding = 0.11 }.isEmpty)
    #expect(try await !findings { costs, _ in costs.halfSpread = 0.0011 }.isEmpty)
    #expect(try await !findings { costs, _ in costs.impact = 0.021 }.isEmpty)
    #expect(try await !findings { costs, _ in costs.minimumCommission = 4 }.isEmpty)
    #expect(try await !findings { costs, _ in costs.participation = 0.1 }.isEmpty)
    #expect(try await !findings { _, capital in capital.delistLoss = 0.4 }.isEmpty)
    #expect(try await !findings { _, capital in capital.debitRate = 0.11 }.isEmpty)
  }

  /// Buys A at the first open.
  private struct BuyFirst: DecisionMaker {
    func decide(_ moment: Moment) async -> Engine.Targets? {
      moment.step == 0 ? Engine.Targets(weights: [0.5, nil], reasons: ["buy", ""]) : nil
    }
  }

  @Test func `a position closed in the evening of its session is found`() async throws {
    func series(_ symbol: Symbol, _ hours: Int, _ calendar: TradingCalendar) -> BarSeries {
      BarSeries(
        symbol: symbol, timeframe: .h1, calendar: calendar,
        bars: (0..<hours).map { hour in
          Bar(
            time: Timestamp(seconds: 3600 * Int64(hour)), open: 10, high: 10, low: 10,
            close: 10, volume: 1000)
        })
    }
    /// Hours of one day: A's last bar closes at six.
    func grid(_ calendar: TradingCalendar) -> BarGrid {
      BarGrid([series("A", 6, calendar), series("B", 24, .continuous)])
    }
    let (costs, capital) = settings
    // Around the clock it has ended, in a session it has not.
    let run = try await StepLoop(grid: grid(.continuous), costs: costs, capital: capital)
      .run(0..<24, BuyFirst())
    #expect(run.fills.last?.reason == "no bars any more")
    func proof(_ calendar: TradingCalendar) -> Proof {
      Ledger.proof(
        AccountRecord(run), subject: "evening", grid: grid(calendar), firstStep: 0, costs: costs,
        capital: capital, mayBorrow: true)
    }
    #expect(proof(.continuous).holds, "\(proof(.continuous).findings)")
    #expect(proof(.sessions).findings.contains { $0.contains("has no bar there") })
  }

  @Test func `a protective order outside its bar is found`() async throws {
    let (proof, _) = try await proof { account in
      let index = account.fills.firstIndex(where: \.isIntrabar)!
      account.fills[index].price *= 1.5
    }
    #expect(proof.findings.contains { $0.contains("outside its bar") })
  }
}
