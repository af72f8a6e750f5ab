import Proofs
import Testing

/// 100 000 of equity at a price of 100: a tenth is 100 units.
@Suite struct PlainOrderTests {
  private func leads(
    _ held: Double, _ ordered: Double?, to target: Double, lot: Double = 0,
    equity: Double = 100_000
  ) -> Bool {
    PlainOrder(held: held, ordered: ordered, mark: 100).leads(to: target, of: equity, lot: lot)
  }

  @Test func `without lots the target is met to a hair`() {
    #expect(leads(40, 60, to: 0.1) && leads(100, nil, to: 0.1) && leads(40, -40, to: 0))
    #expect(leads(0, -100, to: -0.1))
    #expect(!leads(40, 60.01, to: 0.1) && !leads(40, nil, to: 0.1) && !leads(40, -39.99, to: 0))
  }

  @Test(arguments: [1.0, -1])
  func `with lots it is the last whole lot before the target`(side: Double) {
    // 104 units are 20 lots of 5 and a part of one.
    let target = side * 0.104
    #expect(leads(0, side * 100, to: target, lot: 5))
    #expect(leads(side * 7, side * 93, to: target, lot: 5))
    // One lot short, one too many, and what is no lot.
    #expect(!leads(0, side * 95, to: target, lot: 5))
    #expect(!leads(0, side * 105, to: target, lot: 5))
    #expect(!leads(0, side * 104, to: target, lot: 5))
    #expect(!leads(0, side * 102, to: target, lot: 5))
    // A whole lot away from the target, too.
    #expect(leads(0, side * 100, to: side * 0.1, lot: 5))
    #expect(!leads(0, side * 95, to: side * 0.1, lot: 5))
  }

  @Test func `what is held to the target may be no whole lot, and is closed to the last unit`() {
    #expect(leads(104, nil, to: 0.104, lot: 5) && !leads(103, nil, to: 0.104, lot: 5))
    #expect(leads(104, -104, to: 0, lot: 5) && !leads(104, -100, to: 0, lot: 5))
  }

  @Test func `an account below zero can only close`() {
    #expect(leads(40, -40, to: 0.5, equity: -10) && !leads(40, nil, to: 0.5, equity: -10))
    #expect(leads(40, -40, to: 0.5, equity: 0))
  }
}
