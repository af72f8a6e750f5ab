public import Market
public import Trading

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// The one step loop: signals and book -> decision -> orders -> fills at the next open -> book.
public struct StepLoop: Sendable {
  public let grid: BarGrid
  public let fillModel: FillModel
  public let capital: CapitalSettings

  public init(grid: BarGrid, costs: CostSettings, capital: CapitalSettings) {
    self.grid = grid
    self.fillModel = FillModel(costs: costs)
    self.capital = capital
  }

  /// Runs over `steps`: the account starts in cash at the close of the first one.
  public func run(_ steps: Range<Int>, _ decisionMaker: some DecisionMaker) async throws
    -> EngineRun
  {
    var book = Book(symbols: grid.symbols, cash: capital.cash)
    var run = EngineRun(symbols: grid.symbols, startCapital: capital.cash)
    var pending: [Order?] = Array(repeating: nil, count: grid.symbols.count)
    var lastBars: [Timestamp?] = Array(repeating: nil, count: grid.symbols.count)
    // The marks before the first step, so that a symbol without a bar there has its last price.
    for symbol in grid.symbols.indices {
      let series = grid.series[symbol]
      let known = steps.isEmpty ? 0 : series.countKnown(at: grid.times[steps.lowerBound])
      guard known > 0 else { continue }
      book.mark(symbol, at: series.closes[known - 1])
      lastBars[symbol] = series.knownAt(known - 1)
    }
    for step in steps {
      if step > steps.lowerBound {
        accrueInterest(from: grid.times[step - 1], to: grid.times[step], in: &book)
        run.fills += fill(&pending, at: step, in: &book)
      }
      for symbol in grid.symbols.indices {
        guard let bar = grid.bar(symbol, at: step) else { continue }
        lastBars[symbol] = grid.knownAt(step)
        book.markClose(symbol, at: grid.series[symbol].closes[bar])
      }
      run.record(step: grid.times[step], knownAt: grid.knownAt(step), book)
      let moment = Moment(step: step, now: grid.knownAt(step), book: book, lastBars: lastBars)
      guard let targets = try await decisionMaker.decide(moment) else { continue }
      let orders = StepLoop.orders(to: targets, from: book, at: moment.now)
      for symbol in grid.symbols.indices where targets.weights[symbol] != nil {
        pending[symbol] = orders[symbol]
        if let order = orders[symbol] { run.orders.append(order) }
      }
    }
    run.book = book
    return run
  }

  /// The orders that lead from the book to the target weights, at the book's marks.
  ///
  /// Re-applying the weights that are held gives no order. An account that has lost everything, which
  /// takes shorts, can only close.
  public static func orders(to targets: Targets, from book: Book, at now: Timestamp) -> [Order?] {
    let equity = max(0, book.equity)
    return book.symbols.indices.map { index in
      guard let weight = targets.weights[index], let mark = book.marks[index] else { return nil }
      let held = book.quantities[index]
      // A target of zero closes the position to the last unit.
      let quantity = weight == 0 ? -held : weight * equity / mark - held
      guard quantity != 0, abs(quantity * mark) > 1e-12 * equity else { return nil }
      return Order(
        symbol: book.symbols[index], quantity: quantity, decidedAt: now,
        reason: targets.reasons[index])
    }
  }

  private func fill(_ pending: inout [Order?], at step: Int, in book: inout Book) -> [Fill] {
    var orders: [(index: Int, order: Order)] = []
    var opens: [Double] = []
    for symbol in grid.symbols.indices {
      #if PLANTED_DEFECTS
        if PlantedDefect.staleFill.isPlanted, grid.bar(symbol, at: step) == nil,
          let order = pending[symbol], let mark = book.marks[symbol]
        {
          orders.append((symbol, order))
          opens.append(mark)
          pending[symbol] = nil
        }
        if PlantedDefect.fillAtSignalClose.isPlanted, let order = pending[symbol],
          let bar = grid.bar(symbol, at: step), bar > 0
        {
          orders.append((symbol, order))
          opens.append(grid.series[symbol].closes[bar - 1])
          pending[symbol] = nil
        }
      #endif
      guard let order = pending[symbol], let bar = grid.bar(symbol, at: step) else { continue }
      orders.append((symbol, order))
      opens.append(grid.series[symbol].opens[bar])
      pending[symbol] = nil
    }
    guard !orders.isEmpty else { return [] }
    return fillModel.fill(orders, opens: opens, at: grid.times[step], in: &book)
  }

  private func accrueInterest(from: Timestamp, to: Timestamp, in book: inout Book) {
    guard capital.cashRate != 0 else { return }
    let years = Double(to - from) / (365 * Double(Timestamp.millisecondsPerDay))
    book.credit(interest: book.cash * capital.cashRate * years)
  }
}
