public import Market
public import Trading

/// The one step loop: signals and book -> decision -> orders -> fills at the next open -> book.
///
/// A step is a bar of the primary timeframe. At its open, what positions cost since the last one is
/// charged, splits take effect, and orders fill (`StepLoop+Open.swift`); within it protective orders
/// may (`StepLoop+Brackets.swift`); at its close the book is marked and the next decision is made.
public struct StepLoop: Sendable {
  public let grid: BarGrid
  public let fillModel: FillModel
  public let capital: CapitalSettings
  public let splits: [Split]

  public init(
    grid: BarGrid, costs: CostSettings, capital: CapitalSettings, splits: [Split] = []
  ) {
    self.grid = grid
    self.fillModel = FillModel(costs: costs, capital: capital)
    self.capital = capital
    self.splits = splits
  }

  /// Runs over `steps`: the account starts in cash at the close of the first one.
  public func run(_ steps: Range<Int>, _ decisionMaker: some DecisionMaker) async throws
    -> EngineRun
  {
    var state = start(at: steps.lowerBound)
    try await advance(&state, to: steps.upperBound, decisionMaker)
    return state.run
  }

  /// An account in cash before the close of a step.
  public func start(at step: Int) -> EngineState {
    var state = EngineState(firstStep: step, symbols: grid.symbols, capital: capital)
    // The marks before the first step, so that a symbol without a bar there has its last price.
    for symbol in grid.symbols.indices where step < grid.times.count {
      let series = grid.series[symbol]
      let known = series.countKnown(at: grid.times[step])
      guard known > 0 else { continue }
      state.book.mark(symbol, at: series.closes[known - 1])
      state.lastBars[symbol] = series.knownAt(known - 1)
    }
    return state
  }

  /// Takes the steps up to `end`, which is not taken. Several calls leave what one leaves.
  public func advance(
    _ state: inout EngineState, to end: Int, _ decisionMaker: some DecisionMaker
  ) async throws {
    while state.nextStep < end {
      let step = state.nextStep
      var stopped: [Bracket.Trigger?] = []
      if step > state.firstStep {
        let opening = state.run.fills.count
        open(step, &state)
        stopped = checkBrackets(step, since: opening, &state)
      }
      for symbol in grid.symbols.indices {
        guard let bar = grid.bar(symbol, at: step) else { continue }
        state.lastBars[symbol] = grid.knownAt(step)
        state.book.markClose(symbol, at: grid.series[symbol].closes[bar])
      }
      state.run.record(step: grid.times[step], knownAt: grid.knownAt(step), state.book)
      state.nextStep = step + 1
      let moment = Moment(
        step: step, now: grid.knownAt(step), book: state.book, lastBars: state.lastBars,
        stopped: stopped)
      if let targets = try await decisionMaker.decide(moment) {
        order(targets, at: moment.now, &state)
      }
      callMargin(at: moment.now, &state)
    }
    state.run.book = state.book
  }

  private func order(_ targets: Targets, at now: Timestamp, _ state: inout EngineState) {
    let orders = StepLoop.orders(to: targets, from: state.book, at: now, capital: capital)
    for symbol in grid.symbols.indices where targets.weights[symbol] != nil {
      state.pending[symbol] = orders[symbol]
      if let order = orders[symbol] { state.run.orders.append(order) }
    }
    if let brackets = targets.brackets { state.brackets = brackets }
  }

  /// The orders that lead from the book to the target weights, at the book's marks.
  ///
  /// Re-applying the weights that are held gives no order. An account that has lost everything, which
  /// takes shorts or leverage, can only close.
  /// - Parameter capital: what a position is rounded to.
  public static func orders(
    to targets: Targets, from book: Book, at now: Timestamp,
    capital: CapitalSettings = CapitalSettings()
  ) -> [Order?] {
    let equity = max(0, book.equity)
    return book.symbols.indices.map { index in
      guard let weight = targets.weights[index], let mark = book.marks[index] else { return nil }
      let held = book.quantities[index]
      // A target of zero closes the position to the last unit.
      let quantity = weight == 0 ? -held : capital.inLots(weight * equity / mark) - held
      guard quantity != 0, abs(quantity * mark) > 1e-12 * equity else { return nil }
      return Order(
        symbol: book.symbols[index], quantity: quantity, decidedAt: now,
        reason: targets.reasons[index])
    }
  }
}
