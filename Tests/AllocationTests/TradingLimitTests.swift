import Allocation
import Kernels
import Market
import Testing

/// Liquidity, lots and the smallest order, by hand: equity 1000, every price 10.
@Suite struct TradingLimitTests {
  private func wanted(_ trading: TradingLimit, _ limits: LimitSettings = LimitSettings())
    -> WantedWeights
  {
    var limits = limits
    limits.trading = trading
    var wanted = WantedWeights(limits)
    wanted.equity = 1000
    return wanted
  }

  // MARK: Liquidity

  /// A tenth of 20 units a bar is .02 of equity.
  private func thin(_ symbols: [Symbol], _ limits: LimitSettings = LimitSettings())
    -> WantedWeights
  {
    var wanted = wanted(TradingLimit(liquidity: 0.1), limits)
    for name in WantedWeights.names { wanted.volumes[name] = symbols.contains(name) ? 20 : 1e6 }
    return wanted
  }

  @Test func `no more is traded than a share of what the market trades, exits included`() throws {
    let decision = try thin(["A", "B"]).decide([0, 0.2, 0.1, 0], held: [0.2, 0, 0, 0])
    #expect(decision.isNear([0.18, 0.02, 0.1, 0]))
    let most: Double = 0.1 * 20.0 * 10.0 / 1000.0
    let bound: [BoundLimit] = [
      .liquidity("A", wanted: 0.2, limit: most), .liquidity("B", wanted: 0.2, limit: most),
    ]
    #expect(decision.limitsThatBound == bound)
    #expect(decision.unreached.isEmpty)
    // Again and again the exit comes to its end.
    var held = [0.2, 0, 0, 0]
    for _ in 0..<10 {
      held = try thin(["A"]).decide([0, 0.2, 0.1, 0], held: held).lines.map(\.target)
    }
    #expect(held[0] == 0)
    // A volume that is not known is none.
    var unknown = thin([])
    unknown.volumes["B"] = nil
    #expect(try unknown.decide([0.1, 0.2, 0, 0]).lines.map(\.target) == [0.1, 0, 0, 0])
  }

  @Test func `purchases wait while what is still held uses up a limit`() throws {
    let group = GroupLimit(name: "g", symbols: ["A", "B", "C"], max: 0.25)
    let decision = try thin(["A"], LimitSettings(groups: [group]))
      .decide([0.05, 0.1, 0.1, 0.2], held: [0.2, 0, 0, 0])
    // .18 of A leaves .07 for the two.
    #expect(decision.isNear([0.18, 0.035, 0.035, 0.2]))
    #expect(decision.lines[1].reasons.last == .waiting(for: ["A"]))
    #expect(decision.unreached.isEmpty)
    // A symbol's own limit cannot be kept at once, and the group's neither.
    let tight = GroupLimit(name: "g", symbols: ["A", "B", "C"], max: 0.15)
    let late = try thin(["A"], LimitSettings(perSymbol: 0.1, groups: [tight]))
      .decide([0.05, 0.1, 0.1, 0.2], held: [0.2, 0, 0, 0])
    #expect(late.isNear([0.18, 0, 0, 0.1]))
    #expect(late.unreached.map(\.reason) == [.illiquid(["A"]), .illiquid(["A"])])
    #expect(
      late.unreached[0].description
        == "A: weight 18.0 % is beyond its limit of 10.0 %: no more of A can be traded at once")
  }

  @Test func `a new position waits for the place of one that cannot be sold`() throws {
    let positions = try thin(["A"], LimitSettings(positions: 2))
      .decide([0, 0.2, 0.1, 0], held: [0.2, 0, 0, 0])
    #expect(positions.isNear([0.18, 0.2, 0, 0]) && positions.unreached.isEmpty)
    #expect(positions.lines[2].reasons.last == .waiting(for: ["A"]))
    var pair = thin(["A"], LimitSettings(pair: PairLimit(hard: 0.8)))
    pair.correlations = [(0, 1, 0.9)]
    let decision = try pair.decide([0.1, 0.2, 0.1, 0], held: [0.2, 0, 0, 0])
    #expect(decision.isNear([0.18, 0, 0.1, 0]) && decision.unreached.isEmpty)
  }

  @Test func `turnover does not delay what the market already does`() throws {
    // A leaves by .02, which is all that may be traded.
    let decision = try thin(["A"], LimitSettings(turnover: 0.02))
      .decide([0, 0.2, 0.1, 0], held: [0.2, 0, 0, 0])
    #expect(decision.isNear([0.18, 0, 0, 0]) && decision.unreached.isEmpty)
  }

  // MARK: Lots

  @Test func `positions are whole lots, the largest remainders rounded up within the sum`() throws {
    // Lots of one unit are .01. Of .76 wanted rounding down leaves .74; C and A get a lot back.
    let decision = try wanted(TradingLimit(lot: 1)).decide([0.246, 0.246, 0.248, 0.02])
    #expect(decision.isNear([0.25, 0.24, 0.25, 0.02]))
    #expect(decision.lines[0].reasons.contains(.lot(0.01)))
    #expect(!decision.lines[3].reasons.contains(.lot(0.01)))
    // A limit that the lot would break keeps it from being given back.
    let capped = try wanted(TradingLimit(lot: 1), LimitSettings(perSymbol: 0.248))
      .decide([0.246, 0.246, 0.248, 0.02])
    #expect(capped.isNear([0.24, 0.24, 0.24, 0.02]))
    // A symbol's own lot; 0 is any amount. Less than a lot is not bought.
    let own = try wanted(TradingLimit(lot: 1, lotOverrides: ["A": 0, "B": 30]))
      .decide([0.246, 0.246, 0.013, 0])
    #expect(own.isNear([0.246, 0, 0.01, 0]))
  }

  @Test func `any number of small lots is a whole one`() throws {
    // A lot is a ten-billionth of equity: positions are of billions of lots.
    var fine = wanted(TradingLimit(lot: 1e-6))
    fine.equity = 1e5
    var held = [0.0, 0, 0, 0]
    for step in 1...50 {
      let size = 0.25 * Double(step) / 50.3
      let decision = try fine.decide([size, size / 3, size / 7, size / 11], held: held)
      #expect(decision.isNear([size, size / 3, size / 7, size / 11], within: 2e-10))
      // What is held is already the nearest: nothing is traded for the last bits.
      held = decision.lines.map(\.target)
      let again = try fine.decide(held, held: held)
      #expect(again.lines.allSatisfy { !$0.isTraded })
    }
  }

  @Test func `a small lot is written with its digits`() {
    #expect(
      "\(LimitViolation.lot("XRP", weight: 0.074, lot: 0.000_002_3))"
        == "XRP: 7.4 % is no whole number of lots of 0.00023 %")
    #expect("\(AllocationReason.lot(0.01))" == "rounded to lots of 1.0 %")
    #expect("\(AllocationReason.minimumNotional(least: 0.000_04))" == "smallest trade is 0.0040 %")
  }

  @Test func `what is not traded keeps its odd lot, and a close needs none`() throws {
    let decision = try wanted(TradingLimit(lot: 1))
      .decide([0.126, 0, 0.2, 0.105], held: [0.125, 0.033, 0.2, 0.125])
    // A would buy a tenth of a lot, B closes, D sells down to ten lots.
    #expect(decision.isNear([0.125, 0, 0.2, 0.1]))
    #expect(decision.lines.map(\.isTraded) == [false, true, false, true])
  }

  @Test func `lots are sold for a net limit that rounding one side has broken`() throws {
    // .25 each, net 0. Lots of B, short, are .2: net .05 long, so A sells lots.
    let decision = try wanted(
      TradingLimit(lot: 1, lotOverrides: ["B": 20]), LimitSettings(net: 0.01)
    ).decide(signs: [1, -1, 1, -1])
    #expect(decision.lines[1].target == -0.2 && decision.unreached.isEmpty)
    #expect(abs(decision.net) <= 0.01 + 1e-12)
    #expect(decision.gross > 0.9)
  }

  @Test func `sales that rounding raised stay within the turnover`() throws {
    // .104 to .25 and .25 to .146 are .25 traded; the sale would round to .14.
    let decision = try wanted(TradingLimit(lot: 1), LimitSettings(turnover: 0.2))
      .decide([0.2, 0.146, 0, 0], held: [0.1, 0.246, 0, 0])
    let traded = decision.lines.reduce(0) { $0 + abs($1.target - $1.held) }
    #expect(traded <= 0.2 + 1e-12 && decision.unreached.isEmpty)
  }

  // MARK: The smallest order

  @Test func `a trade below the smallest order is not made, unless a limit requires it`() throws {
    let least = TradingLimit(minimumNotional: 30)
    let decision = try wanted(least).decide([0.24, 0.02, 0, 0.25], held: [0.25, 0, 0.01, 0])
    // A's .01 and B's .02 are too small; C may be closed.
    #expect(decision.lines.map(\.target) == [0.25, 0, 0, 0.25])
    #expect(decision.lines[0].reasons.last == .minimumNotional(least: 0.03))
    let capped = try wanted(least, LimitSettings(perSymbol: 0.24))
      .decide([0.24, 0.02, 0, 0], held: [0.25, 0, 0, 0])
    #expect(capped.isNear([0.22, 0, 0, 0]) && capped.unreached.isEmpty)
  }

  @Test func `equity and prices must be given`() {
    var missing = wanted(TradingLimit(lot: 1))
    missing.equity = nil
    #expect(throws: AllocationError.self) { try missing.decide([0.1, 0, 0, 0]) }
  }
}
