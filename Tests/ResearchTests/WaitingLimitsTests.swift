import Allocation
import Engine
import Market
import Research
import Testing
import Trading

@Suite struct WaitingLimitsTests {
  /// One position at most, of the calmest symbol, which changes.
  /// - Parameters:
  ///   - participation: 0.5 fills some three units a bar of a position of hundreds.
  ///   - closed: hours in which a symbol is not traded.
  ///   - target: of the yearly volatility; .1 leaves cash for a second position.
  private func report(
    participation: Double?, cash: Double = 100_000,
    closed: (symbol: Symbol, hours: Range<Timestamp>)? = nil, target: Double = 0.4
  ) async throws -> (outcome: Backtest.Outcome, warnings: [String]) {
    let base = try await Laboratory.unskilled.value
    var portfolio = base.portfolio
    portfolio.allocation.prior = .inverseVolatility
    portfolio.limits.positions = 1
    portfolio.costs.participation = participation
    portfolio.capital.cash = cash
    portfolio.allocation.volatilityTarget = target
    let history = try base.history.rebuilt { own in
      guard let closed, own.symbol == closed.symbol else { return own }
      return BarSeries(
        symbol: own.symbol, timeframe: own.timeframe, calendar: own.calendar,
        bars: own.filter { !closed.hours.contains($0.time) })
    }
    let backtest = Backtest(
      portfolio, history: history, plan: base.plan, models: base.models, skill: base.skill,
      workers: 2)
    let outcome = try await backtest.run()
    let report = try backtest.report(outcome, trialSharpes: [], inputs: [], warnings: [])
    return (outcome, report.warnings)
  }

  private static func waited(_ warnings: [String]) -> String? {
    warnings.first { $0.contains("while orders waited") }
  }

  /// Closes at which more than one symbol is held.
  private func closesBeyond(_ run: EngineRun) -> Int {
    run.times.indices.count { step in
      let first = step * run.symbols.count
      return run.weights[first..<first + run.symbols.count].count { $0 != 0 } > 1
    }
  }

  @Test func `a limit that is broken while a sale waits for volume is warned of`() async throws {
    let (outcome, warnings) = try await report(participation: 0.5)
    let closes = closesBeyond(outcome.run)
    #expect(closes > 24)
    let warning = try #require(WaitingLimitsTests.waited(warnings))
    let count = warning.split(separator: " ").compactMap { Int($0) }.first
    #expect(count == closes)
    #expect(warning.contains("of \(outcome.run.times.count) closes"))
    #expect(warning.contains("waited for volume ('costs.participation') or a bar"))
  }

  @Test func `where bars fill whole orders, positions keep it at every close`() async throws {
    let (outcome, warnings) = try await report(participation: nil)
    #expect(closesBeyond(outcome.run) == 0 && WaitingLimitsTests.waited(warnings) == nil)
    #expect(outcome.run.fills.count { $0.quantity < 0 } > 0)
  }

  @Test func `a limit that is broken while a sale waits for its market is warned of without a cap`()
    async throws
  {
    let open = try await report(participation: nil, cash: 100, target: 0.1).outcome.run
    let sale = try #require(
      open.fills.first { sale in
        sale.quantity < 0 && open.fills.contains { $0.time == sale.time && $0.quantity > 0 }
      })
    // The other is bought at once, and for five hours both are held.
    let hours = sale.time..<sale.time + 5 * GeneratedMarket.hour
    let closed = (symbol: sale.symbol, hours: hours)
    let free = try await report(participation: nil, cash: 100, closed: closed, target: 0.1)
    #expect(closesBeyond(free.outcome.run) == 5)
    let warning = try #require(WaitingLimitsTests.waited(free.warnings))
    #expect(
      warning.hasPrefix(
        "a limit was not kept at 5 of \(free.outcome.run.times.count) closes while orders waited for a bar "
          + "of a closed market; first at \(sale.time + GeneratedMarket.hour): "))
    #expect(!warning.contains("costs.participation") && !warning.contains("limits.liquidity"))
    // A cap that nothing comes near changes no fill, and of the warnings what it advises.
    let capped = try await report(participation: 1, cash: 100, closed: closed, target: 0.1)
    #expect(capped.outcome.run.hash == free.outcome.run.hash)
    let plain = capped.warnings.map { text in
      text.replacing("volume ('costs.participation') or a bar", with: "a bar")
        .replacing("; with 'limits.liquidity' decisions count on what can be sold", with: "")
    }
    #expect(plain == free.warnings && capped.warnings != free.warnings)
  }
}
