import Market
import Trading

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// What happens at the open of a step.
extension StepLoop {
  func open(_ step: Int, _ state: inout EngineState) {
    accrue(from: grid.times[step - 1], to: grid.times[step], in: &state.book)
    for split in splits
    where split.time > grid.times[step - 1] && split.time <= grid.times[step] {
      take(split, &state)
    }
    if let limit = capital.delistAfter { closeDelisted(step, after: limit, &state) }
    fill(step, &state)
  }

  /// What holding has earned and cost since the last open: interest on cash, the fee on short
  /// positions and funding, by calendar time and at the last close's prices.
  private func accrue(from: Timestamp, to: Timestamp, in book: inout Book) {
    let costs = fillModel.costs
    let years = Double(to - from) / (365 * Double(Timestamp.millisecondsPerDay))
    let rate = book.cash < 0 ? capital.debitRate ?? capital.cashRate : capital.cashRate
    if rate != 0 { book.credit(interest: book.cash * rate * years) }
    guard costs.borrow != 0 || costs.funding != 0 else { return }
    var (net, short) = (0.0, 0.0)
    for symbol in grid.symbols.indices {
      let value = book.quantities[symbol] * (book.marks[symbol] ?? 0)
      net += value
      if value < 0 { short -= value }
    }
    book.charge(borrow: short * costs.borrow * years, funding: net * costs.funding * years)
  }

  private func take(_ split: Split, _ state: inout EngineState) {
    guard let symbol = grid.symbols.firstIndex(of: split.symbol) else { return }
    state.book.split(symbol, ratio: split.ratio)
    guard let order = state.pending[symbol] else { return }
    // It leads to whole lots of the new units, or to nothing at all.
    let held = state.book.quantities[symbol]
    let wanted = held + order.quantity * split.ratio
    let isExit = abs(wanted) <= 1e-9 * abs(held)
    let quantity = (isExit ? 0 : capital.inLots(wanted)) - held
    state.pending[symbol]?.quantity = quantity
    if quantity == 0 { state.pending[symbol] = nil }
  }

  /// Closes what has had no bar for longer than the rule allows, at its last price less the loss of a
  /// long position, and withdraws its order. A market that is closed for a night, a weekend or a holiday
  /// misses none.
  private func closeDelisted(_ step: Int, after limit: Int64, _ state: inout EngineState) {
    let now = grid.times[step]
    for symbol in grid.symbols.indices {
      guard grid.bar(symbol, at: step) == nil, let last = state.lastBars[symbol],
        now - last >= limit,
        grid.series[symbol].calendar.missedSlots(
          since: last - grid.timeframe.milliseconds, at: now, grid.timeframe) > 0
      else { continue }
      state.pending[symbol] = nil
      let held = state.book.quantities[symbol]
      guard held != 0, let mark = state.book.marks[symbol] else { continue }
      let loss = held > 0 ? capital.delistLoss : 0
      var fill = Fill(
        time: now, symbol: grid.symbols[symbol], quantity: -held, price: mark * (1 - loss), fee: 0,
        slippage: 0, reason: "no bars any more")
      fill.writeOff = held > 0 ? held * mark * loss : 0
      state.book.apply(fill, at: symbol)
      state.run.fills.append(fill)
    }
  }

  /// Fills the orders whose symbols have a bar at this step.
  private func fill(_ step: Int, _ state: inout EngineState) {
    guard !state.pending.symbols.isEmpty else { return }
    var orders: [QuotedOrder] = []
    orders.reserveCapacity(state.pending.symbols.count)
    #if PLANTED_DEFECTS
      let book = state.book
    #endif
    state.pending.handOut { symbol, order in
      #if PLANTED_DEFECTS
        if let wrong = misquoted(symbol, step, order, book) {
          orders.append(wrong)
          return nil
        }
      #endif
      guard let bar = grid.bar(symbol, at: step) else { return order }
      let volume = lastVolume(symbol, before: bar)
      let quantity = fillable(order.quantity, volume: volume)
      let rest = remainder(of: order, after: quantity)
      guard quantity != 0 else { return rest }
      orders.append(
        QuotedOrder(
          index: symbol, order: order, price: grid.series[symbol].opens[bar], volume: volume))
      orders[orders.count - 1].order.quantity = quantity
      return rest
    }
    fillModel.fill(orders, at: grid.times[step], in: &state.book, into: &state.run.fills)
  }

  #if PLANTED_DEFECTS
    private func misquoted(_ symbol: Int, _ step: Int, _ order: Order, _ book: Book)
      -> QuotedOrder?
    {
      let bar = grid.bar(symbol, at: step)
      if PlantedDefect.staleFill.isPlanted, bar == nil, let mark = book.marks[symbol] {
        return QuotedOrder(index: symbol, order: order, price: mark)
      }
      if PlantedDefect.fillAtSignalClose.isPlanted, let bar, bar > 0 {
        return QuotedOrder(
          index: symbol, order: order, price: grid.series[symbol].closes[bar - 1])
      }
      return nil
    }
  #endif

  /// The volume of the bar before one, which is known when it opens, in the units that trade there; 0
  /// before the first, and where the costs do not ask for it.
  func lastVolume(_ symbol: Int, before bar: Int) -> Double {
    guard fillModel.costs.readsVolume, bar > 0 else { return 0 }
    let series = grid.series[symbol]
    var volume = series.volumes[bar - 1]
    for split in splits
    where split.symbol == series.symbol && split.time > series.times[bar - 1]
      && split.time <= series.times[bar]
    {
      volume *= split.ratio
    }
    return volume
  }

  /// The part of an order that a bar may fill, in whole lots where it is not all of it.
  func fillable(_ quantity: Double, volume: Double) -> Double {
    let part = fillModel.costs.fillable(quantity, volume: volume)
    return part == quantity ? quantity : capital.inLots(part)
  }

  /// What the participation cap leaves to wait.
  func remainder(of order: Order, after quantity: Double) -> Order? {
    guard quantity != order.quantity, fillModel.costs.remainder == .wait else { return nil }
    var rest = order
    rest.quantity -= quantity
    return rest
  }
}
