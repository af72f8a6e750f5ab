import Allocation
import Engine
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// Promises 4 and 5 over a whole run of the portfolio, and when orders fill.
@Suite struct BooksTests {
  @Test func `cash and positions make the equity at every step, and every change has its cause`()
    async throws
  {
    for trial in [try await Laboratory.base.value, try await Laboratory.unskilled.value] {
      let outcome = trial.outcome
      for run in [outcome.run] + outcome.baselines.map(\.run) {
        try checkBooks(run, trial)
      }
    }
  }

  /// Keeps the books a second time, from fills and bars alone.
  private func checkBooks(_ run: EngineRun, _ trial: Trial) throws {
    let grid = trial.outcome.grid
    let count = grid.symbols.count
    var cash = trial.portfolio.capital.cash
    var units = Array(repeating: 0.0, count: count)
    var marks: [Double?] = Array(repeating: nil, count: count)
    var (fees, slippage) = (0.0, 0.0)
    var next = 0
    var equity = cash
    var wrong: [String] = []
    for step in run.times.indices {
      let gridStep = trial.outcome.steps.lowerBound + step
      #expect(run.times[step] == grid.times[gridStep])
      // Price moves up to the open of each fill, costs, price moves from there to the close.
      var change = 0.0
      while next < run.fills.count, run.fills[next].time == run.times[step] {
        let fill = run.fills[next]
        let symbol = try #require(grid.symbols.firstIndex(of: fill.symbol))
        let bar = try #require(grid.bar(symbol, at: gridStep))
        let open = grid.series[symbol].opens[bar]
        if let mark = marks[symbol] { change += units[symbol] * (open - mark) }
        change -= fill.fee + fill.slippage
        #expect(fill.fee >= 0 && fill.slippage >= 0)
        marks[symbol] = open
        cash -= fill.quantity * fill.price + fill.fee
        units[symbol] += fill.quantity
        fees += fill.fee
        slippage += fill.slippage
        #expect(cash > -1e-9 * equity, "cash after a fill of \(fill.symbol) at \(fill.time)")
        next += 1
      }
      var value = cash
      var gross = 0.0
      for symbol in 0..<count {
        let close = grid.lastClose(symbol, at: gridStep)
        if let close, let mark = marks[symbol] { change += units[symbol] * (close - mark) }
        marks[symbol] = close
        value += units[symbol] * (close ?? 0)
        gross += abs(units[symbol] * (close ?? 0))
      }
      // Sums of a handful of products: a few ulps of the equity.
      let tolerance = 1e-11 * value
      var isRight =
        abs(run.equity[step] - value) < tolerance && abs(run.cash[step] - cash) < tolerance
        && run.cash[step] >= 0 && abs(run.exposure[step] - gross / value) < 1e-11
        && abs(value - equity - change) < tolerance
      for symbol in 0..<count {
        let weight = units[symbol] * (marks[symbol] ?? 0) / value
        isRight = isRight && abs(run.weights[step * count + symbol] - weight) < 1e-11
      }
      if !isRight {
        wrong.append(
          "\(run.knownAt[step]): equity \(run.equity[step]), by hand \(value); cash "
            + "\(run.cash[step]), by hand \(cash); change \(value - equity), explained \(change)")
      }
      equity = value
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(run.times.count) steps, first \(wrong.first ?? "")")
    #expect(next == run.fills.count)
    // A baseline of cash pays nothing.
    #expect(abs(run.book.fees - fees) <= 1e-9 * fees)
    #expect(abs(run.book.slippage - slippage) <= 1e-9 * slippage)
  }

  @Test func `an order fills at the open of its symbol's next bar, worse by the slippage`()
    async throws
  {
    let trial = try await Laboratory.base.value
    let outcome = trial.outcome
    let slippage = trial.portfolio.costs.slippage
    for run in [outcome.run] + outcome.baselines.map(\.run) {
      for fill in run.fills {
        let series = trial.history.series(NodeKey(fill.symbol, .h1))
        let bar = try #require(series.times.firstIndex(of: fill.time))
        let price = series.opens[bar] * (fill.quantity > 0 ? 1 + slippage : 1 - slippage)
        #expect(fill.price == price)
        // The order was decided at or before this open, and no bar of the symbol opened in between.
        let order = try #require(
          run.orders.last { $0.symbol == fill.symbol && $0.decidedAt <= fill.time })
        #expect((order.quantity > 0) == (fill.quantity > 0))
        #expect(abs(fill.quantity) <= abs(order.quantity))
        #expect(series.countKnown(at: order.decidedAt) == bar)
      }
      #expect(run.orders.count >= run.fills.count)
    }
    #expect(outcome.run.fills.contains { $0.quantity > 0 })
    #expect(outcome.run.fills.contains { $0.quantity < 0 })
  }

  @Test func `applying the held weights again trades nothing`() async throws {
    let trial = try await Laboratory.base.value
    for book in try await Witness.books(trial) {
      let targets = Targets(
        weights: book.weights, reasons: book.symbols.map { _ in "again" })
      let orders = StepLoop.orders(to: targets, from: book, at: GeneratedMarket.start)
      #expect(orders.allSatisfy { $0 == nil })
    }
  }

  @Test func `every decision keeps every limit`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.limits = LimitSettings(
      gross: 0.7, perSymbol: 0.3, perSymbolOverrides: ["ETH": 0.15])
    let limited = try await Trial(base, under: portfolio)
    portfolio.allocation.mode = .inOut
    portfolio.forecast.gate = .off
    let inOut = try await Trial(Laboratory.ungated.value, under: portfolio)
    for trial in [base, limited, inOut] {
      let decisions = trial.outcome.decisions.compactMap(\.allocation)
      #expect(decisions.count > 100)
      for decision in decisions {
        // While LTC is away, what is held of it may come to more than a limit whatever is decided.
        let stuck = decision.lines.filter(\.isStuck).map { (symbol: $0.symbol, weight: $0.held) }
        for broken in trial.portfolio.limits.violations(of: decision.weights) {
          #expect(!trial.portfolio.limits.violations(of: stuck).isEmpty)
          #expect(decision.unreached.contains { $0.violation == broken })
        }
        #expect(
          decision.weights.contains { $0.weight != 0 } || decision.allCash != nil
            || decision.lines.allSatisfy { !$0.reasons.isEmpty })
      }
    }
    // The limits made a difference, and said so.
    for trial in [limited, inOut] {
      let bound = trial.outcome.decisions.compactMap(\.allocation).flatMap(\.limitsThatBound)
      #expect(
        bound.contains { if case .perSymbol("ETH", _, limit: 0.15) = $0 { true } else { false } })
    }
  }
}
