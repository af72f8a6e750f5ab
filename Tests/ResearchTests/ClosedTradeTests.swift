import Kernels
import Market
import Research
import Statistics
import Testing
import Trading

@Suite struct ClosedTradeTests {
  private func fill(
    _ day: Int, _ quantity: Double, _ price: Double, fee: Double = 0, symbol: Symbol = "A"
  ) -> Fill {
    Fill(
      time: Timestamp(year: 2020, month: 1, day: day), symbol: symbol, quantity: quantity,
      price: price, fee: fee, slippage: 0, reason: "day \(day)")
  }

  @Test func `two purchases and two sales worked by hand`() {
    // Bought 10 at 10 and 30 at 14: 40 at 13, on average on the fourth day.
    let trades = ClosedTrade.all([
      fill(1, 10, 10, fee: 4), fill(5, 30, 14, fee: 4), fill(9, -20, 15, fee: 2),
      fill(11, -20, 12, fee: 2),
    ])
    #expect(trades.count == 2)
    #expect(trades[0].entryPrice == 13 && trades[0].exitPrice == 15)
    #expect(trades[0].openedAt == Timestamp(year: 2020, month: 1, day: 4))
    #expect(trades[0].holdingTime == 5 * Timestamp.millisecondsPerDay)
    // 20·2, half of the 8 paid on entry, 2 on exit.
    #expect(trades[0].fees == 6 && trades[0].profit == 34)
    #expect(trades[0].returnOnEntry == 34.0 / 260)
    #expect(trades[1].profit == -20 - 6 && trades[1].reason == "day 11")
  }

  @Test func `a fill beyond the position turns it`() {
    let trades = ClosedTrade.all([
      fill(1, 10, 10), fill(2, -30, 12, fee: 3), fill(4, 20, 9, fee: 1),
    ])
    #expect(trades.map(\.quantity) == [10, -20])
    #expect(abs(trades[0].profit - 19) < 1e-12)
    // 20 sold at 12 with 2 of commission, bought back at 9 with 1.
    #expect(abs(trades[1].profit - (60 - 3)) < 1e-12)
    #expect(trades[1].holdingTime == 2 * Timestamp.millisecondsPerDay)
  }

  @Test func `profits and what is open make up the cash and the value of every account`() throws {
    var random = CounterRandom(seed: 31, path: ["trades"])
    for _ in 0..<300 {
      var (cash, held, closed) = (0.0, 0.0, 0.0)
      var fills: [Fill] = []
      for day in 1...1 + random.below(27) {
        // Whole units, so that positions come back to exactly none.
        let quantity = Double(random.below(9) - 4)
        guard quantity != 0 else { continue }
        let next = fill(day, quantity, 50 + 10 * random.normal(), fee: random.uniform())
        fills.append(next)
        cash -= next.quantity * next.price + next.fee
        held += next.quantity
      }
      // Closing what is left realises everything.
      if held != 0 {
        fills.append(fill(29, -held, 50))
        cash += held * 50
      }
      for trade in ClosedTrade.all(fills) {
        closed += trade.profit
        #expect(trade.holdingTime >= 0 && trade.entryPrice > 0)
      }
      #expect(abs(closed - cash) < 1e-9)
    }
  }

  @Test func `a position that was split in between is counted in the units of its exit`() {
    // 10 at 30 become 30 at 10 on the third day, B's split is none of A's business.
    let day = Timestamp(year: 2020, month: 1, day: 3)
    let trades = ClosedTrade.all(
      [fill(1, 10, 30, fee: 3), fill(3, -15, 12, fee: 1), fill(4, -15, 8, fee: 1)],
      splits: [
        Split(symbol: "B", time: day, ratio: 2), Split(symbol: "A", time: day, ratio: 3),
      ])
    #expect(trades.map(\.quantity) == [15, 15] && trades.map(\.entryPrice) == [10, 10])
    // 15 times 2 gained and lost, half of the entry's 3 and 1 on exit.
    #expect(trades.map(\.profit) == [27.5, -32.5])
  }

  @Test func `a summary of the trades of each symbol`() throws {
    let trades = ClosedTrade.all([
      fill(1, 10, 10), fill(1, 10, 10, symbol: "B"), fill(3, -10, 13, symbol: "B"),
      fill(4, -5, 11), fill(5, -5, 8),
    ])
    let rows = try TradeSummary.rows(trades, symbols: ["A", "B", "C"])
    #expect(rows.map(\.symbol) == [nil, "A", "B"])
    #expect(rows[0].count == 3 && rows[0].profits.profitFactor == 3.5)
    #expect(rows[0].winRate?.estimate == 2.0 / 3)
    #expect(rows[1].profits.expectancy == -2.5 && rows[1].medianHoldingDays == 3.5)
    #expect(abs((rows[2].meanReturn ?? 0) - 0.3) < 1e-15 && rows[2].longestHoldingDays == 2)
    let none = try TradeSummary([])
    #expect(none.winRate == nil && none.meanReturn == nil && none.medianHoldingDays == nil)
  }
}
