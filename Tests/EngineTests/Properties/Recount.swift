import Engine
import Market
import Trading

/// The books of a run kept a second time, from bars, fills and settings alone, written as plainly as
/// can be. It collects what does not agree.
struct Recount {
  private let run: EngineRun
  private let loop: StepLoop
  private var grid: BarGrid { loop.grid }
  private var costs: CostSettings { loop.fillModel.costs }
  private let notes = Notes()
  private var cash: Double
  private var held: [Double]
  private var price: [Double]
  private var lastBar: [Timestamp?]
  private var equity: Double
  private var next = 0
  private var sums = Sums()

  /// A reference, so that a finding may quote the books while they are being kept.
  private final class Notes {
    var list: [String] = []
  }

  private struct Sums {
    var fees = 0.0
    var slippage = 0.0
    var spread = 0.0
    var impact = 0.0
    var writeOffs = 0.0
    var borrow = 0.0
    var funding = 0.0
    var interest = 0.0
  }

  static func findings(_ run: EngineRun, _ loop: StepLoop) -> [String] {
    var recount = Recount(run: run, loop: loop)
    recount.count()
    return recount.notes.list
  }

  private init(run: EngineRun, loop: StepLoop) {
    self.run = run
    self.loop = loop
    cash = run.startCapital
    equity = run.startCapital
    held = Array(repeating: 0, count: loop.grid.symbols.count)
    price = held
    lastBar = Array(repeating: nil, count: held.count)
  }

  private func expect(_ holds: Bool, _ finding: @autoclosure () -> String) {
    if !holds { notes.list.append(finding()) }
  }

  private mutating func count() {
    for step in run.times.indices {
      var change = 0.0
      var owed = false
      if step > 0 { (change, owed) = hold(step) }
      let start = next
      while next < run.fills.count, belongs(run.fills[next], to: step) {
        change += take(run.fills[next], step, earlier: run.fills[start..<next])
        next += 1
      }
      for symbol in held.indices {
        guard let bar = grid.bar(symbol, at: step) else { continue }
        change += held[symbol] * (grid.series[symbol].closes[bar] - price[symbol])
        price[symbol] = grid.series[symbol].closes[bar]
        lastBar[symbol] = grid.knownAt(step)
      }
      let value = held.indices.reduce(cash) { $0 + held[$1] * price[$1] }
      let scale = 1e-9 * max(run.startCapital, abs(value))
      expect(
        abs(run.equity[step] - value) < scale,
        "step \(step): equity \(run.equity[step]), recounted \(value)")
      expect(
        abs(run.cash[step] - cash) < scale,
        "step \(step): cash \(run.cash[step]), recounted \(cash)")
      expect(
        abs(value - equity - change) < scale,
        "step \(step): equity moved by \(value - equity), explained \(change)")
      if loop.capital.leverage == 1, !owed {
        expect(run.cash[step] >= 0, "step \(step): cash \(run.cash[step]) without leverage")
      }
      equity = value
    }
    expect(next == run.fills.count, "\(run.fills.count - next) fills belong to no step")
    let book = run.book
    let pairs = [
      ("fees", book.fees, sums.fees), ("slippage", book.slippage, sums.slippage),
      ("spread", book.spread, sums.spread), ("impact", book.impact, sums.impact),
      ("write-offs", book.writeOffs, sums.writeOffs), ("borrow", book.borrow, sums.borrow),
      ("funding", book.funding, sums.funding), ("interest", book.interest, sums.interest),
    ]
    for (name, booked, own) in pairs {
      expect(abs(booked - own) < 1e-9 * run.startCapital, "\(name) \(booked), recounted \(own)")
    }
  }

  private func belongs(_ fill: Fill, to step: Int) -> Bool {
    fill.time == (fill.isIntrabar ? grid.knownAt(step) : grid.times[step])
  }

  /// Interest, borrow, funding and splits. Tells whether charges have left a debt that no order could
  /// have avoided.
  private mutating func hold(_ step: Int) -> (change: Double, owed: Bool) {
    let years = Double(grid.times[step] - grid.times[step - 1]) / (365 * 86_400_000)
    let rate = cash < 0 ? loop.capital.debitRate ?? loop.capital.cashRate : loop.capital.cashRate
    let interest = cash * rate * years
    var (borrow, funding) = (0.0, 0.0)
    for symbol in held.indices {
      let value = held[symbol] * price[symbol]
      if value < 0 { borrow += -value * costs.borrow * years }
      funding += value * costs.funding * years
    }
    cash += interest - borrow - funding
    sums.interest += interest
    sums.borrow += borrow
    sums.funding += funding
    for split in loop.splits
    where split.time > grid.times[step - 1] && split.time <= grid.times[step] {
      let symbol = grid.symbols.firstIndex(of: split.symbol)!
      held[symbol] *= split.ratio
      price[symbol] /= split.ratio
    }
    return (interest - borrow - funding, cash < 0 || equity > 0 && run.cash[step - 1] < 0)
  }

  private mutating func take(_ fill: Fill, _ step: Int, earlier: ArraySlice<Fill>) -> Double {
    let what = "step \(step), \(fill.reason) of \(fill.symbol)"
    let symbol = grid.symbols.firstIndex(of: fill.symbol)!
    let size = abs(fill.quantity)
    let sign: Double = fill.quantity > 0 ? 1 : -1
    var quoted = price[symbol]
    if let bar = grid.bar(symbol, at: step) {
      let series = grid.series[symbol]
      // In the units that trade at this bar.
      let units = loop.splits.reduce(1.0) { units, split in
        let isBetween =
          bar > 0 && split.time > series.times[bar - 1] && split.time <= series.times[bar]
        return split.symbol == fill.symbol && isBetween ? units * split.ratio : units
      }
      let volume = bar > 0 ? series.volumes[bar - 1] * units : 0
      let share = size < volume ? size / volume : 1
      let impact = costs.impact > 0 ? costs.impact * share.squareRoot() : 0
      let concession = costs.slippage + costs.halfSpread + impact
      quoted = fill.isIntrabar ? fill.price / (1 + sign * concession) : series.opens[bar]
      expect(
        close(fill.price, quoted * (1 + sign * concession)),
        "\(what): price \(fill.price) off \(quoted)")
      expect(
        close(fill.slippage, size * quoted * costs.slippage), "\(what): slippage \(fill.slippage)")
      expect(close(fill.spread, size * quoted * costs.halfSpread), "\(what): spread \(fill.spread)")
      expect(close(fill.impact, size * quoted * impact), "\(what): impact \(fill.impact)")
      let notional = size * fill.price
      let fee = max(notional * costs.commission, min(costs.minimumCommission, notional))
      expect(close(fill.fee, fee), "\(what): fee \(fill.fee), not \(fee)")
      if let cap = costs.participation {
        let all = earlier.filter { $0.symbol == fill.symbol }.reduce(size) { $0 + abs($1.quantity) }
        expect(all <= cap * volume * (1 + 1e-9), "\(what): \(all) units of \(volume)")
      }
      if fill.isIntrabar {
        let range = series.lows[bar] * (1 - 1e-9)...series.highs[bar] * (1 + 1e-9)
        expect(range.contains(quoted), "\(what): \(quoted) outside the bar")
        expect(held[symbol] * fill.quantity < 0, "\(what): it does not close the position")
      }
    } else {
      let limit = loop.capital.delistAfter ?? .max
      expect(grid.times[step] - lastBar[symbol]! >= limit, "\(what): filled without a bar")
      expect(fill.quantity == -held[symbol], "\(what): it leaves a position")
      let loss = held[symbol] > 0 ? loop.capital.delistLoss : 0
      expect(close(fill.writeOff, size * quoted * loss), "\(what): write-off \(fill.writeOff)")
      expect(close(fill.price, quoted * (1 - loss)), "\(what): price \(fill.price)")
    }
    sums.fees += fill.fee
    sums.slippage += fill.slippage
    sums.spread += fill.spread
    sums.impact += fill.impact
    sums.writeOffs += fill.writeOff
    let before = cash + held[symbol] * quoted
    let move = held[symbol] * (quoted - price[symbol])
    cash -= fill.quantity * fill.price + fill.fee
    held[symbol] += fill.quantity
    price[symbol] = quoted
    let cost = fill.fee + fill.slippage + fill.spread + fill.impact + fill.writeOff
    expect(
      abs(cash + held[symbol] * quoted - before + cost) < 1e-9 * max(run.startCapital, abs(before)),
      "\(what): the account moved by another amount than its cost")
    let lots = loop.capital.lot
    if lots > 0, loop.splits.isEmpty {
      let count = held[symbol] / lots
      expect(
        abs(count - count.rounded()) < 1e-6, "\(what): \(held[symbol]) is no multiple of \(lots)")
    }
    return move - cost
  }

  private func close(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-6)
  }
}
