import Kernels
import Market
import Testing
import Trading

@Suite struct FillModelTests {
  private let open = Timestamp(year: 2020, month: 1, day: 2)

  private func order(_ symbol: Symbol, _ quantity: Double) -> Order {
    Order(symbol: symbol, quantity: quantity, decidedAt: open - 1, reason: "test")
  }

  @Test func `a purchase and a sale by hand, slippage and commission on both sides`() {
    let model = FillModel(costs: CostSettings(commission: 0.002, slippage: 0.01))
    var book = Book(symbols: ["A"], cash: 10_000)
    let bought = model.fill([(0, order("A", 10))], opens: [100], at: open, in: &book)
    #expect(bought.count == 1)
    #expect(bought[0].time == open && bought[0].quantity == 10 && bought[0].reason == "test")
    #expect(abs(bought[0].price - 101) < 1e-12)
    #expect(abs(bought[0].fee - 2.02) < 1e-12)
    #expect(abs(bought[0].slippage - 10) < 1e-12)
    // 10 000 - 1010 - 2.02; ten units at the open of 100.
    #expect(abs(book.cash - 8987.98) < 1e-9)
    #expect(abs(book.equity - 9987.98) < 1e-9)
    let sold = model.fill([(0, order("A", -4))], opens: [200], at: open + 1, in: &book)
    #expect(abs(sold[0].price - 198) < 1e-12)
    #expect(abs(sold[0].fee - 1.584) < 1e-12)
    #expect(abs(sold[0].slippage - 8) < 1e-12)
    #expect(abs(book.cash - (8987.98 + 792 - 1.584)) < 1e-9)
    #expect(abs(book.fees - 3.604) < 1e-12 && abs(book.slippage - 18) < 1e-12)
  }

  @Test func `without costs a fill is at the open and costs nothing`() {
    let model = FillModel(costs: CostSettings(commission: 0, slippage: 0))
    var book = Book(symbols: ["A"], cash: 500)
    let fills = model.fill([(0, order("A", 2))], opens: [125], at: open, in: &book)
    #expect(fills[0].price == 125 && fills[0].fee == 0 && fills[0].slippage == 0)
    #expect(book.equity == 500 && book.cash == 250)
  }

  @Test func `sales come first and pay for the purchases`() {
    let model = FillModel(costs: CostSettings(commission: 0, slippage: 0))
    var book = Book(symbols: ["A", "B"], cash: 100)
    _ = model.fill([(1, order("B", 1))], opens: [100], at: open, in: &book)
    #expect(book.cash == 0)
    let fills = model.fill(
      [(0, order("A", 2)), (1, order("B", -1))], opens: [50, 120], at: open + 1, in: &book)
    #expect(fills.map(\.symbol) == ["B", "A"])
    #expect(fills.map(\.quantity) == [-1, 2])
    #expect(book.cash == 20 && book.quantities == [2, 0])
  }

  @Test func `whole lots are bought with what is there, not with a hair more`() {
    var capital = CapitalSettings()
    capital.lot = 1
    let model = FillModel(costs: CostSettings(commission: 0, slippage: 0), capital: capital)
    var book = Book(symbols: ["A"], cash: 999.9999995)
    let fills = model.fill([(0, order("A", 100))], opens: [10], at: open, in: &book)
    #expect(fills.map(\.quantity) == [99] && book.cash >= 0)
  }

  @Test func `a basket that fees would overdraw is scaled by one factor`() {
    let model = FillModel(costs: CostSettings(commission: 0.25, slippage: 0))
    var book = Book(symbols: ["A", "B"], cash: 100)
    // 60 + 40 and a quarter of it in fees: 125 of which 100 are there, so 4/5 of each.
    let fills = model.fill(
      [(0, order("A", 6)), (1, order("B", 1))], opens: [10, 40], at: open, in: &book)
    #expect(abs(fills[0].quantity - 4.8) < 1e-11 && abs(fills[1].quantity - 0.8) < 1e-12)
    #expect(book.cash >= 0 && book.cash < 1e-9)
    #expect(abs(book.fees - 20) < 1e-9)
  }

  @Test func `what cash pays for is not scaled`() {
    let model = FillModel(costs: CostSettings(commission: 0.25, slippage: 0))
    var book = Book(symbols: ["A"], cash: 126)
    let fills = model.fill([(0, order("A", 10))], opens: [10], at: open, in: &book)
    #expect(fills[0].quantity == 10 && book.cash == 1)
  }

  @Test func `without cash nothing is bought, and orders of nothing are no fills`() {
    let model = FillModel(costs: CostSettings())
    var book = Book(symbols: ["A", "B"], cash: 0)
    let fills = model.fill(
      [(0, order("A", 1)), (1, order("B", 0))], opens: [10, 10], at: open, in: &book)
    #expect(fills.isEmpty && book.cash == 0 && book.quantities == [0, 0])
    #expect(model.fill([], opens: [], at: open, in: &book).isEmpty)
  }

  @Test func `what cash can hardly pay for is not bought, however often it is ordered`() {
    let model = FillModel(costs: CostSettings(commission: 0.001, slippage: 0.0005))
    var book = Book(symbols: ["A", "B"], cash: 1e-9, holdings: [0: (1000, 100), 1: (1, 50)])
    for step in 0..<200 {
      let fills = model.fill(
        [(0, order("A", 10)), (1, order("B", 30))], opens: [100, 50],
        at: open + Int64(step), in: &book)
      #expect(fills.isEmpty && book.cash == 1e-9)
    }
    // What is there is spent, once.
    book.credit(interest: 5)
    for step in 0..<200 {
      let fills = model.fill(
        [(0, order("A", 10))], opens: [100], at: open + Int64(200 + step), in: &book)
      #expect(fills.count == (step == 0 ? 1 : 0))
      #expect(book.cash >= 0 && book.cash < 1e-9)
    }
  }

  @Test func `a basket that costs all the cash there is leaves none below zero`() {
    for seed in 0..<20_000 {
      var random = CounterRandom(seed: UInt64(seed), path: ["exact"])
      let costs = CostSettings(
        commission: 0.01 * random.uniform(), slippage: 0.01 * random.uniform())
      let opens = (0..<3).map { _ in 100 * random.uniform() + 1 }
      let quantities = (0..<3).map { _ in 10 * random.uniform() }
      let symbols: [Symbol] = ["A", "B", "C"]
      var need = 0.0
      for (quantity, price) in zip(quantities, opens) {
        need += quantity * (price * (1 + costs.slippage)) * (1 + costs.commission)
      }
      var book = Book(symbols: symbols, cash: need)
      let orders = symbols.indices.map { ($0, order(symbols[$0], quantities[$0])) }
      _ = FillModel(costs: costs).fill(orders, opens: opens, at: open, in: &book)
      #expect(book.cash >= 0)
      for (held, quantity) in zip(book.quantities, quantities) {
        #expect(abs(held / quantity - 1) < 1e-11)
      }
    }
  }

  /// A book with positions on both sides, and orders for some of its symbols, shorts among them.
  private func basket(_ seed: Int) -> (book: Book, orders: [(Int, Order)], opens: [Double]) {
    var random = CounterRandom(seed: UInt64(seed), path: ["basket"])
    let symbols: [Symbol] = ["A", "B", "C", "D", "E"]
    var book = Book(symbols: symbols, cash: 1000)
    let free = FillModel(costs: CostSettings(commission: 0, slippage: 0))
    let marks = symbols.map { _ in 1 + 99 * random.uniform() }
    _ = free.fill(
      symbols.indices.map {
        ($0, order(symbols[$0], (random.uniform() - 0.3) * 250 / marks[$0]))
      }, opens: marks, at: open, in: &book)
    var orders: [(Int, Order)] = []
    var opens: [Double] = []
    for index in symbols.indices where random.uniform() < 0.8 {
      opens.append(marks[index] * (0.8 + 0.4 * random.uniform()))
      orders.append((index, order(symbols[index], (random.uniform() - 0.4) * 900 / marks[index])))
    }
    return (book, orders, opens)
  }

  @Test func `cash stays at or above zero, and buys keep their proportions`() {
    let model = FillModel(costs: CostSettings(commission: 0.003, slippage: 0.002))
    var scaled = 0
    for seed in 0..<5000 {
      let (start, orders, opens) = basket(seed)
      var book = start
      let fills = model.fill(orders, opens: opens, at: open, in: &book)
      #expect(book.cash >= 0)
      var replay = start
      var factors: [Double] = []
      for fill in fills {
        let index = replay.symbols.firstIndex(of: fill.symbol)!
        replay.apply(fill, at: index)
        #expect(replay.cash >= 0)
        let wanted = orders.first { $0.0 == index }!.1.quantity
        if fill.quantity > 0 {
          factors.append(fill.quantity / wanted)
        } else {
          #expect(fill.quantity == wanted)
        }
      }
      if let least = factors.min(), let most = factors.max() {
        #expect(most <= 1 && most - least < 1e-14)
        if least < 1 {
          scaled += 1
          // Only as much as cash demands.
          #expect(book.cash < 1e-8)
        }
      }
      let buys = fills.firstIndex { $0.quantity > 0 } ?? fills.endIndex
      #expect(fills[buys...].allSatisfy { $0.quantity > 0 })
    }
    #expect((500...4500).contains(scaled))
  }

  @Test func `the order of arrival changes no fill`() {
    let model = FillModel(costs: CostSettings(commission: 0.003, slippage: 0.002))
    for seed in 0..<500 {
      let (start, orders, opens) = basket(seed)
      var book = start
      let fills = model.fill(orders, opens: opens, at: open, in: &book)
      var places = Array(orders.indices)
      var random = CounterRandom(seed: UInt64(seed), path: ["arrival"])
      random.shuffle(&places)
      var other = start
      let same = model.fill(
        places.map { orders[$0] }, opens: places.map { opens[$0] }, at: open, in: &other)
      #expect(same == fills)
      #expect(other == book)
    }
  }
}
