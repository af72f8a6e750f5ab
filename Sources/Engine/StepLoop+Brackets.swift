import Market
import Trading

/// What happens within a bar.
extension StepLoop {
  /// Closes the positions whose protective orders the bar has reached.
  ///
  /// A position that was opened at this bar's open is protected from its fill on. The participation cap
  /// holds for the bar, so that what its open has filled counts; the rest becomes a market order.
  /// - Parameter opening: where the fills of this step's open begin.
  /// - Returns: what fired, by symbol; empty where nothing did.
  func checkBrackets(_ step: Int, since opening: Int, _ state: inout EngineState) -> [Bracket
    .Trigger?]
  {
    var stopped: [Bracket.Trigger?] = []
    var orders: [QuotedOrder] = []
    for symbol in state.brackets.indices where state.book.quantities[symbol] != 0 {
      guard let bracket = state.brackets[symbol], let bar = grid.bar(symbol, at: step),
        let entry = state.book.entryPrices[symbol], let best = state.book.bestMarks[symbol]
      else { continue }
      let exit = bracket.exit(
        isLong: state.book.quantities[symbol] > 0, entry: entry, best: best,
        open: grid.series[symbol].opens[bar], high: grid.series[symbol].highs[bar],
        low: grid.series[symbol].lows[bar])
      guard let exit else { continue }
      if stopped.isEmpty { stopped = Array(repeating: nil, count: grid.symbols.count) }
      stopped[symbol] = exit.trigger
      let order = quoted(symbol, step, bar, exit, since: opening, &state)
      if let order { orders.append(order) }
    }
    guard !orders.isEmpty else { return stopped }
    // Together, so that what sales bring pays for purchases whatever the symbols are called.
    let first = state.run.fills.count
    fillModel.fill(orders, at: grid.knownAt(step), in: &state.book, into: &state.run.fills)
    for fill in state.run.fills.indices[first...] { state.run.fills[fill].isIntrabar = true }
    return stopped
  }

  /// What the bar may fill of an exit; the rest waits for the next open.
  private func quoted(
    _ symbol: Int, _ step: Int, _ bar: Int, _ exit: (trigger: Bracket.Trigger, price: Double),
    since opening: Int, _ state: inout EngineState
  ) -> QuotedOrder? {
    var order = Order(
      symbol: grid.symbols[symbol], quantity: -state.book.quantities[symbol],
      decidedAt: grid.knownAt(step), reason: "exit: \(exit.trigger.rawValue)")
    let volume = lastVolume(symbol, before: bar)
    var filled = 0.0
    for fill in state.run.fills[opening...] where fill.symbol == order.symbol {
      filled += abs(fill.quantity)
    }
    let spent = fillModel.costs.participation.map { filled / $0 } ?? 0
    let quantity = fillable(order.quantity, volume: max(0, volume - spent))
    state.pending[symbol] = remainder(of: order, after: quantity)
    if let rest = state.pending[symbol] { state.run.orders.append(rest) }
    guard quantity != 0 else { return nil }
    order.quantity = quantity
    return QuotedOrder(index: symbol, order: order, price: exit.price, volume: volume)
  }
}
