import Allocation
import Engine
import Market
import Research
import SignalGraph
import Trading

/// Promise 4 on a whole run.
public enum Books {
  /// The books kept a second time from fills and bars.
  public static func ledger(_ subject: Subject) -> Proof {
    Ledger.proof(
      AccountRecord(subject.outcome.run), subject: subject.name, grid: subject.outcome.grid,
      firstStep: subject.outcome.steps.lowerBound, costs: subject.portfolio.costs,
      capital: subject.portfolio.capital, mayBorrow: subject.portfolio.mayBorrow)
  }

  /// The run traded once more by a plain second program, from the decided weights alone.
  public static func plainReplay(_ subject: Subject) -> Proof {
    var targets: [Timestamp: [Double?]] = [:]
    for decision in subject.outcome.decisions { targets[decision.now] = decision.targets }
    return plainReplay(
      AccountRecord(subject.outcome.run), subject, capital: subject.portfolio.capital,
      promise: .booksBalance, name: "the decided weights traded by a plain second program",
      subject: subject.name
    ) { _, now in targets[now] }
  }

  /// Trades weights in the plain account and compares the equity of every close.
  static func plainReplay(
    _ account: AccountRecord, _ subject: Subject, capital: CapitalSettings, promise: Promise,
    name: String, subject title: String, weights: (PlainAccount, Timestamp) -> [Double?]?
  ) -> Proof {
    var proof = Proof(promise, name, subject: title, compared: "equity and cash of every close")
    let (grid, steps) = (subject.outcome.grid, subject.outcome.steps)
    var plain = PlainAccount(
      grid: grid, costs: subject.portfolio.costs, capital: capital, from: steps.lowerBound)
    let protective = account.fills.filter(\.isIntrabar)
    let isCapped = subject.portfolio.costs.participation != nil
    let waiting = isCapped ? account.orders.filter { $0.reason.hasPrefix("exit: ") } : []
    for (index, step) in steps.enumerated() {
      let stops = protective.filter { $0.time == grid.knownAt(step) }
      let rests = waiting.filter { $0.decidedAt == grid.knownAt(step) }
      plain.advance(to: step, isFirst: index == 0, stops: stops, rests: rests)
      let tolerance = 1e-8 * abs(plain.equity)
      let now = grid.knownAt(step)
      proof.expect(
        abs(account.equity[index] - plain.equity) <= tolerance,
        "\(now): equity \(account.equity[index]), by the plain program \(plain.equity)")
      proof.expect(
        abs(account.cash[index] - plain.cash) <= tolerance,
        "\(now): cash \(account.cash[index]), by the plain program \(plain.cash)")
      if let wanted = weights(plain, now) { plain.order(wanted) }
      plain.callMargin()
    }
    return proof
  }

  /// Applies what is held again at every close, and every target again after a free fill at the same
  /// prices: neither may trade.
  public static func reapplied(_ subject: Subject) async -> Proof {
    var proof = Proof(
      .booksBalance, "held weights and reached targets applied again", subject: subject.name,
      compared: "orders, none of which may be there")
    do {
      let replay = try await Replay(subject)
      proof.expect(
        replay.run.hash == subject.outcome.run.hash, "the run decided again gives another run hash")
      let capital = subject.portfolio.capital
      let free = FillModel(costs: CostSettings(commission: 0, slippage: 0), capital: capital)
      for (moment, targets) in replay.entries {
        check(moment.book, moment.book.weights, moment.now, "held weights", capital, &proof)
        guard let targets else { continue }
        var book = moment.book
        let orders = StepLoop.orders(
          to: targets, from: book, at: moment.now, capital: capital)
        let due = orders.indices.compactMap { index in orders[index].map { (index, $0) } }
        let fills = free.fill(
          due, opens: due.map { book.marks[$0.0] ?? 0 }, at: moment.now, in: &book)
        // Buys that cash could not pay for have not reached their target.
        let isReached = fills.allSatisfy { fill in
          due.contains { $0.1.symbol == fill.symbol && $0.1.quantity == fill.quantity }
        }
        if isReached, fills.count == due.count {
          check(book, targets.weights, moment.now, "targets", capital, &proof)
        }
      }
    } catch {
      proof.fail("the run ended with an error: \(error)")
    }
    return proof
  }

  private static func check(
    _ book: Book, _ weights: [Double?], _ now: Timestamp, _ what: String,
    _ capital: CapitalSettings, _ proof: inout Proof
  ) {
    let again = Targets(weights: weights, reasons: weights.map { _ in "again" })
    let orders = StepLoop.orders(to: again, from: book, at: now, capital: capital)
    for (symbol, order) in zip(book.symbols, orders) {
      proof.expect(
        order == nil, "\(now): \(what) applied again trade \(order?.quantity ?? 0) of \(symbol)")
    }
  }

  /// The run on bars with holes at the moments at which it traded: orders must wait for a bar.
  public static func withHoles(_ subject: Subject) async -> [Proof] {
    do {
      let holey = try await Subject(
        "\(subject.name), bars missing where it traded", subject.portfolio,
        history: try subject.history.rebuilt { punched($0, subject) }, plan: subject.plan,
        models: subject.models, workers: subject.workers)
      return [ledger(holey), plainReplay(holey)]
    } catch {
      var proof = Proof(
        .booksBalance, "the books on bars with holes", subject: subject.name, compared: "nothing")
      proof.fail("the run on bars with holes ended with an error: \(error)")
      return [proof]
    }
  }

  /// Without the bar of every third fill, and without the one after it now and then; not the same ones
  /// in every symbol, for a moment at which nobody trades is no step at all.
  private static func punched(_ series: BarSeries, _ subject: Subject) -> BarSeries {
    guard series.timeframe == subject.portfolio.primary else { return series }
    let times = subject.outcome.run.fills.filter { $0.symbol == series.symbol }.map(\.time)
    let place = subject.history.symbols.firstIndex(of: series.symbol) ?? 0
    var holes: Set<Timestamp> = []
    for (index, time) in times.enumerated() where index % 3 == place % 3 {
      holes.insert(time)
      if index % 2 == 0 { holes.insert(time + series.timeframe.milliseconds) }
    }
    var rest = series.prefix(0)
    for index in series.indices where !holes.contains(series.times[index]) {
      rest.append(series[index], coverage: series.coverage[index])
    }
    return rest
  }
}

extension Portfolio {
  /// Whether the account may owe cash: gross exposure beyond its equity, or charges on positions that
  /// leave no cash to pay them.
  var mayBorrow: Bool {
    limits.gross > 1 || capital.leverage > 1 || costs.borrow > 0 || costs.funding != 0
  }
}
