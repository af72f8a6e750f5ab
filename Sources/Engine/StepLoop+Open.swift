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
    state.pending[symbol]?.quantity *= split.ratio
  }

  /// Closes what has had no bar for longer than the rule allows, at its last price less the loss of a
  /// long position.
  private func closeDelisted(_ step: Int, after limit: Int64, _ state: inout EngineState) {
    let now = grid.times[step]
    for symbol in grid.symbols.indices {
      let held = state.book.quantities[symbol]
      guard held != 0, grid.bar(symbol, at: step) == nil, let last = state.lastBars[symbol],
        now - last >= limit, let mark = state.book.marks[symbol]
      else { continue }
      let loss = held > 0 ? capital.delistLoss : 0
      var fill = Fill(
        time: now, symbol: grid.symbols[symbol], quantity: -held, price: mark * (1 - loss), fee: 0,
        slippage: 0, reason: "no bars any more")
      fill.writeOff = held > 0 ? held * mark * loss : 0
      state.book.apply(fill, at: symbol)
      state.run.fills.append(fill)
      state.pending[symbol] = nil
    }
  }

  /// Fills the orders whose symbols have a bar at this step.
  private func fill(_ step: Int, _ state: inout EngineState) {
    var orders: [(index: Int, order: Order)] = []
    var opens: [Double] = []
    var volumes: [Double] = []
    for symbol in grid.symbols.indices {
      #if PLANTED_DEFECTS
        if PlantedDefect.staleFill.isPlanted, grid.bar(symbol, at: step) == nil,
          let order = state.pending[symbol], let mark = state.book.marks[symbol]
        {
          orders.append((symbol, order))
          opens.append(mark)
          volumes.append(0)
          state.pending[symbol] = nil
        }
        if PlantedDefect.fillAtSignalClose.isPlanted, let order = state.pending[symbol],
          let bar = grid.bar(symbol, at: step), bar > 0
        {
          orders.append((symbol, order))
          opens.append(grid.series[symbol].closes[bar - 1])
          volumes.append(0)
          state.pending[symbol] = nil
        }
      #endif
      guard var order = state.pending[symbol], let bar = grid.bar(symbol, at: step) else {
        continue
      }
      let volume = lastVolume(symbol, before: bar)
      let quantity = fillable(order.quantity, volume: volume)
      state.pending[symbol] = remainder(of: order, after: quantity)
      guard quantity != 0 else { continue }
      order.quantity = quantity
      orders.append((symbol, order))
      opens.append(grid.series[symbol].opens[bar])
      volumes.append(volume)
    }
    guard !orders.isEmpty else { return }
    state.run.fills += fillModel.fill(
      orders, opens: opens, volumes: volumes, at: grid.times[step], in: &state.book)
  }

  /// The volume of the bar before one, which is known when it opens; 0 before the first.
  func lastVolume(_ symbol: Int, before bar: Int) -> Double {
    bar > 0 ? grid.series[symbol].volumes[bar - 1] : 0
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
