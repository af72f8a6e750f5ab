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
  private let table: CloseTable

  public init(
    grid: BarGrid, costs: CostSettings, capital: CapitalSettings, splits: [Split] = []
  ) {
    self.grid = grid
    self.fillModel = FillModel(costs: costs, capital: capital)
    self.capital = capital
    self.splits = splits
    table = CloseTable(grid)
  }

  /// Runs over `steps`: the account starts in cash at the close of the first one.
  public func run(_ steps: Range<Int>, _ decisionMaker: some DecisionMaker) async throws
    -> EngineRun
  {
    var state = start(at: steps.lowerBound)
    state.run.reserve(steps.count)
    try await advance(&state, to: steps.upperBound, decisionMaker)
    return state.run
  }

  /// Runs over `steps`: the account starts in cash at the close of the first one.
  public func run(_ steps: Range<Int>, _ decisionMaker: some SynchronousDecisionMaker) throws
    -> EngineRun
  {
    var state = start(at: steps.lowerBound)
    state.run.reserve(steps.count)
    var decisionMaker = decisionMaker
    try advance(&state, to: steps.upperBound, &decisionMaker)
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
      let moment = takeStep(&state)
      settle(try await decisionMaker.decide(moment), at: moment.now, &state)
    }
    state.run.book = state.book
  }

  /// Takes the steps up to `end`, which is not taken. Several calls leave what one leaves.
  public func advance(
    _ state: inout EngineState, to end: Int, _ decisionMaker: inout some SynchronousDecisionMaker
  ) throws {
    while state.nextStep < end {
      let moment = takeStep(&state)
      settle(try decisionMaker.decide(moment), at: moment.now, &state)
    }
    state.run.book = state.book
  }

  /// Takes the next step up to its close, at which is decided.
  private func takeStep(_ state: inout EngineState) -> Moment {
    let step = state.nextStep
    let now = grid.knownAt(step)
    var stopped: [Bracket.Trigger?] = []
    if step > state.firstStep {
      let opening = state.run.fills.count
      open(step, &state)
      stopped = checkBrackets(step, since: opening, &state)
    }
    let closes = table.closes.span.extracting(table.row(step))
    state.book.markCloses(closes)
    var lastBars = state.lastBars.mutableSpan
    for symbol in closes.indices where closes[symbol] == closes[symbol] { lastBars[symbol] = now }
    state.run.record(step: grid.times[step], knownAt: now, state.book)
    state.nextStep = step + 1
    return Moment(
      step: step, now: now, book: state.book, lastBars: state.lastBars, stopped: stopped)
  }

  /// Makes orders of what was decided at a close, and of the margin call.
  private func settle(_ targets: Targets?, at now: Timestamp, _ state: inout EngineState) {
    if let targets { order(targets, at: now, &state) }
    callMargin(at: now, &state)
  }

  private func order(_ targets: Targets, at now: Timestamp, _ state: inout EngineState) {
    // What was recorded at this very close.
    let equity = state.run.equity[state.run.equity.count - 1]
    for symbol in grid.symbols.indices {
      guard let weight = targets.weights[symbol] else { continue }
      let order = StepLoop.order(
        to: weight, symbol, of: state.book, equity: equity, at: now,
        reason: targets.reasons[symbol], capital)
      state.pending[symbol] = order
      if let order { state.run.orders.append(order) }
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
    let equity = book.equity
    return book.symbols.indices.map { index in
      targets.weights[index].flatMap { weight in
        order(
          to: weight, index, of: book, equity: equity, at: now, reason: targets.reasons[index],
          capital)
      }
    }
  }

  /// The order that leads to the target weight of one symbol.
  /// - Parameter total: the equity of the book.
  private static func order(
    to weight: Double, _ symbol: Int, of book: Book, equity total: Double, at now: Timestamp,
    reason: String, _ capital: CapitalSettings
  ) -> Order? {
    guard let mark = book.marks[symbol] else { return nil }
    let held = book.quantities[symbol]
    // To the bit what is held, which may be no whole number of lots.
    if total > 0, weight == held * mark / total { return nil }
    let equity = max(0, total)
    // A target of zero closes the position to the last unit.
    let quantity = weight == 0 ? -held : capital.inLots(weight * equity / mark) - held
    guard quantity != 0, Order.isWorth(quantity * mark, of: equity) else { return nil }
    return Order(
      symbol: book.symbols[symbol], quantity: quantity, decidedAt: now, reason: reason)
  }
}
