import Engine
import Kernels
import Market
import Testing
import Trading

/// The orders that lead from a book to target weights.
@Suite struct OrdersTests {
  private let now = Timestamp(year: 2020, month: 1, day: 1)

  private func fill(_ symbol: Symbol, _ quantity: Double, _ price: Double) -> Fill {
    Fill(
      time: now, symbol: symbol, quantity: quantity, price: price, fee: 0, slippage: 0,
      reason: "test")
  }

  private func orders(_ weights: [Double?], _ book: Book) -> [Order?] {
    StepLoop.orders(
      to: Targets(
        weights: weights, reasons: weights.indices.map { "reason \($0)" }), from: book, at: now)
  }

  @Test func `orders by hand`() {
    var book = Book(symbols: ["A", "B", "C", "D"], cash: 1000)
    book.mark(0, at: 50)
    book.mark(1, at: 10)
    book.mark(2, at: 4)
    book.apply(fill("A", 10, 50), at: 0)
    book.apply(fill("B", -20, 10), at: 1)
    // Equity 1000: A 500, B -200, cash 700. D has no price yet.
    let orders = orders([0.25, 0.1, nil, 0.5], book)
    #expect(orders[0] == Order(symbol: "A", quantity: -5, decidedAt: now, reason: "reason 0"))
    #expect(orders[1] == Order(symbol: "B", quantity: 30, decidedAt: now, reason: "reason 1"))
    #expect(orders[2] == nil && orders[3] == nil)
  }

  /// A book with positions on both sides at random prices.
  private func book(_ seed: Int) -> Book {
    var random = CounterRandom(seed: UInt64(seed), path: ["book"])
    let symbols: [Symbol] = ["A", "B", "C", "D", "E"]
    var book = Book(symbols: symbols, cash: 1000)
    for index in symbols.indices where random.uniform() < 0.8 {
      let price = Elementary.exp(8 * random.uniform() - 4)
      book.apply(fill(symbols[index], 300 * (random.uniform() - 0.4) / price, price), at: index)
      book.mark(index, at: price * (0.9 + 0.2 * random.uniform()))
    }
    return book
  }

  @Test func `the weights that are held need no order`() {
    for seed in 0..<5000 {
      let book = book(seed)
      #expect(orders(book.weights, book).allSatisfy { $0 == nil })
    }
  }

  @Test func `a weight of zero closes to the last unit, and an open weight is reached`() {
    for seed in 0..<2000 {
      var random = CounterRandom(seed: UInt64(seed), path: ["targets"])
      var book = book(seed)
      let wanted = book.symbols.map { _ in
        random.uniform() < 0.5 ? 0 : 0.4 * (random.uniform() - 0.3)
      }
      for (index, order) in orders(wanted, book).enumerated() {
        guard let order else { continue }
        #expect(order.quantity != 0)
        book.apply(fill(order.symbol, order.quantity, book.marks[index]!), at: index)
      }
      for (index, weight) in wanted.enumerated() where book.marks[index] != nil {
        if weight == 0 { #expect(book.quantities[index] == 0) }
        #expect(abs(book.weights[index] - weight) < 1e-12)
      }
      // Once more at the same prices: nothing.
      #expect(orders(wanted, book).allSatisfy { $0 == nil })
    }
  }
}
