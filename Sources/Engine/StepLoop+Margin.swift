import Market
import Trading

/// The margin call.
extension StepLoop {
  /// Reduces all positions in proportion at the next open, where equity has fallen below the
  /// maintenance margin: to the gross value that the account's leverage allows, and to nothing when no
  /// equity is left. Nothing else is opened at that open; what was decided to fall further, does.
  func callMargin(at now: Timestamp, _ state: inout EngineState) {
    guard capital.maintenance > 0 else { return }
    let (equity, gross) = (state.book.equity, state.book.grossValue)
    guard equity < capital.maintenance * gross else { return }
    let kept = max(0, min(1, capital.leverage * equity / gross))
    for symbol in grid.symbols.indices {
      let held = state.book.quantities[symbol]
      guard held != 0 else {
        state.pending[symbol] = nil
        continue
      }
      let wanted = held + (state.pending[symbol]?.quantity ?? 0)
      let most = capital.inLots(held * kept)
      let isSmaller = wanted == 0 || ((wanted > 0) == (held > 0) && abs(wanted) <= abs(most))
      guard !isSmaller, most != held else { continue }
      let order = Order(
        symbol: grid.symbols[symbol], quantity: most - held, decidedAt: now,
        reason: "margin call")
      state.pending[symbol] = order
      state.run.orders.append(order)
    }
  }
}
