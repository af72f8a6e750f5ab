import Kernels
import Market
import Testing
import Trading

@Suite struct BookTests {
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)

  private func fill(
    _ quantity: Double, at price: Double, fee: Double = 0, slippage: Double = 0,
    _ symbol: Symbol = "A"
  ) -> Fill {
    Fill(
      time: noon, symbol: symbol, quantity: quantity, price: price, fee: fee,
      slippage: slippage, reason: "test")
  }

  @Test func `a new book is its cash`() {
    let book = Book(symbols: ["A", "B"], cash: 1000)
    #expect(book.equity == 1000)
    #expect(book.weights == [0, 0])
    #expect(book.marks == [nil, nil])
    #expect(book.grossValue == 0)
  }

  @Test func `a purchase, a mark and a sale by hand`() {
    var book = Book(symbols: ["A", "B"], cash: 1000)
    book.mark(0, at: 50)
    book.apply(fill(4, at: 50.5, fee: 2, slippage: 2), at: 0)
    // 1000 - 4 * 50.5 - 2; the four units stand at 50.
    #expect(book.cash == 796)
    #expect(book.equity == 996)
    #expect(book.entryPrices == [50.5, nil])
    book.mark(0, at: 75)
    #expect(book.equity == 1096)
    #expect(book.weights == [300.0 / 1096, 0])
    #expect(book.grossValue == 300)
    book.apply(fill(-4, at: 74, fee: 3, slippage: 4), at: 0)
    #expect(book.cash == 796 + 296 - 3)
    #expect(book.equity == book.cash)
    #expect(book.fees == 5 && book.slippage == 6)
    #expect(book.entryPrices == [nil, nil] && book.bestMarks == [nil, nil])
  }

  @Test func `a short by hand: it earns when the price falls`() {
    var book = Book(symbols: ["A"], cash: 1000)
    book.mark(0, at: 100)
    book.apply(fill(-5, at: 98, fee: 1, slippage: 10), at: 0)
    #expect(book.cash == 1000 + 490 - 1)
    #expect(book.equity == 989)
    #expect(book.weights == [-500.0 / 989])
    #expect(book.grossValue == 500)
    book.mark(0, at: 80)
    #expect(book.equity == 1089)
  }

  @Test func `interest goes to cash and is counted`() {
    var book = Book(symbols: ["A"], cash: 1000)
    book.credit(interest: 2.5)
    book.credit(interest: -1)
    #expect(book.cash == 1001.5 && book.interest == 1.5)
  }

  @Test func `the entry price averages adds, survives partial closes and restarts at a flip`() {
    var book = Book(symbols: ["A"], cash: 10_000)
    book.apply(fill(10, at: 100), at: 0)
    book.apply(fill(30, at: 120), at: 0)
    #expect(book.entryPrices == [115])
    book.apply(fill(-25, at: 300), at: 0)
    #expect(book.entryPrices == [115])
    #expect(book.quantities == [15])
    book.apply(fill(5, at: 195), at: 0)
    #expect(book.entryPrices == [135])
    // From 20 long through zero to 10 short.
    book.apply(fill(-30, at: 90), at: 0)
    #expect(book.quantities == [-10] && book.entryPrices == [90])
    book.apply(fill(-10, at: 70), at: 0)
    #expect(book.entryPrices == [80])
    book.apply(fill(15, at: 60), at: 0)
    #expect(book.entryPrices == [80])
    book.apply(fill(5, at: 10), at: 0)
    #expect(book.entryPrices == [nil] && book.quantities == [0])
  }

  private func close(_ price: Double, _ book: inout Book) {
    let closes = [price]
    book.markCloses(closes.span)
  }

  @Test func `a symbol without a close keeps its mark, and the others do not wait for it`() {
    var book = Book(symbols: ["A", "B"], cash: 1000)
    let first = [10.0, 20.0]
    book.markCloses(first.span)
    let second = [Double.nan, 25.0]
    book.markCloses(second.span)
    #expect(book.marks == [10, 25])
  }

  @Test func `weights are added to a record with the equity that they are of`() {
    var book = Book(symbols: ["A", "B"], cash: 1000)
    let closes = [100.0, 20.0]
    book.markCloses(closes.span)
    book.apply(fill(-2, at: 100), at: 0)
    var record = [0.5]
    // 1200 in cash and 200 owed.
    let value = book.appendWeights(to: &record)
    #expect(value.equity == 1000 && value.gross == 200)
    #expect(record == [0.5, -0.2, 0])
  }

  @Test func `the best mark starts at the fill price and follows closes only`() {
    var book = Book(symbols: ["A"], cash: 10_000)
    close(200, &book)
    #expect(book.bestMarks == [nil])
    book.apply(fill(10, at: 100.5), at: 0)
    #expect(book.bestMarks == [100.5])
    close(99, &book)
    #expect(book.bestMarks == [100.5])
    close(110, &book)
    book.mark(0, at: 150)
    #expect(book.bestMarks == [110])
    close(105, &book)
    #expect(book.bestMarks == [110])
    // Adds and partial closes keep it.
    book.apply(fill(10, at: 130), at: 0)
    book.apply(fill(-15, at: 140), at: 0)
    #expect(book.bestMarks == [110])
    // A flip starts anew, and for a short the lowest close is best.
    book.apply(fill(-15, at: 120), at: 0)
    #expect(book.bestMarks == [120])
    close(125, &book)
    #expect(book.bestMarks == [120])
    close(90, &book)
    close(95, &book)
    #expect(book.bestMarks == [90])
    book.apply(fill(10, at: 95), at: 0)
    #expect(book.bestMarks == [nil])
  }

  /// A ledger kept another way: each position as a list of units at cost.
  private struct Ledger {
    var cash: Double
    var units = [0.0, 0.0, 0.0]
    var cost = [0.0, 0.0, 0.0]

    mutating func take(_ fill: Fill, _ index: Int, _ kind: Step) {
      cash += -fill.quantity * fill.price - fill.fee
      switch kind {
      case .open, .add:
        cost[index] += fill.quantity * fill.price
        units[index] += fill.quantity
      case .reduce:
        cost[index] *= (units[index] + fill.quantity) / units[index]
        units[index] += fill.quantity
      case .close:
        cost[index] = 0
        units[index] = 0
      case .flip:
        units[index] += fill.quantity
        cost[index] = units[index] * fill.price
      }
    }
  }

  private enum Step: CaseIterable {
    case open, add, reduce, close, flip
  }

  @Test(arguments: [0, 1, 2, 3])
  func `cash and positions are the equity after every fill`(seed: Int) {
    var random = CounterRandom(seed: UInt64(seed), path: ["book"])
    let symbols: [Symbol] = ["A", "B", "C"]
    var book = Book(symbols: symbols, cash: 100_000)
    var ledger = Ledger(cash: 100_000)
    var open = [20.0, 300.0, 0.5]
    for _ in 0..<5000 {
      let index = random.below(3)
      open[index] *= 0.9 + 0.2 * random.uniform()
      book.mark(index, at: open[index])
      let held = book.quantities[index]
      let side = random.uniform() < 0.5 ? -1.0 : 1
      let size = (0.1 + 0.8 * random.uniform()) * 1000 / open[index]
      let kind = held == 0 ? .open : Step.allCases[1 + random.below(4)]
      let quantity: Double
      switch kind {
      case .open: quantity = side * size
      case .add: quantity = held > 0 ? size : -size
      case .reduce: quantity = -held * (0.1 + 0.8 * random.uniform())
      case .close: quantity = -held
      case .flip: quantity = -held + (held > 0 ? -size : size)
      }
      let price = open[index] * (quantity > 0 ? 1.0005 : 0.9995)
      let done = fill(
        quantity, at: price, fee: abs(quantity * price) * 0.001,
        slippage: abs(quantity * (price - open[index])), symbols[index])
      let before = book.equity
      book.apply(done, at: index)
      ledger.take(done, index, kind)

      // A fill costs its fee and its slippage, whatever it opens, closes or turns around.
      #expect(abs(book.equity - (before - done.fee - done.slippage)) < 1e-9 * 100_000)
      #expect(abs(book.cash - ledger.cash) < 1e-9 * 100_000)
      var value = ledger.cash
      for i in 0..<3 { value += ledger.units[i] * (book.marks[i] ?? 0) }
      #expect(abs(book.equity - value) < 1e-9 * 100_000)
      #expect((book.quantities[index] == 0) == (kind == .close))
      if kind == .close {
        #expect(book.entryPrices[index] == nil && book.bestMarks[index] == nil)
      } else {
        let average = ledger.cost[index] / ledger.units[index]
        #expect(abs(book.entryPrices[index]! / average - 1) < 1e-9)
      }
      if kind == .open || kind == .flip { #expect(book.bestMarks[index] == price) }
    }
  }
}
