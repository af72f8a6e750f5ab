import Allocation
import Kernels
import Market
import Testing

/// Each limit by hand, on symbols whose wanted weights are written as regime sizes.
@Suite struct LimitTests {
  private static let names: [Symbol] = ["A", "B", "C", "D"]

  /// Four symbols of one volatility; `correlations` of pairs, 0 elsewhere.
  private func covariance(_ correlations: [(Int, Int, Double)] = []) -> CovarianceEstimate {
    var matrix = Matrix(rows: (0..<4).map { i in (0..<4).map { $0 == i ? 1 : 0 } })
    for (a, b, rho) in correlations {
      matrix[a, b] = rho
      matrix[b, a] = rho
    }
    return CovarianceEstimate(
      symbols: LimitTests.names, volatilities: [0.01, 0.01, 0.01, 0.01], correlation: matrix,
      observations: [90, 90, 90, 90])
  }

  /// - Parameters:
  ///   - wanted: weights before the limits, each at most a quarter.
  ///   - stale: the symbols without a recent price.
  ///   - unfinished: those whose trade the decision before has left in part.
  private func decide(
    _ wanted: [Double], held: [Double] = [0, 0, 0, 0], _ limits: LimitSettings,
    _ correlations: [(Int, Int, Double)] = [], band: Double = 0, stale: [Symbol] = [],
    unfinished: [Bool] = [false, false, false, false]
  ) throws -> AllocationDecision {
    let assets = LimitTests.names.indices.map { index in
      AssetInput(
        symbol: LimitTests.names[index], held: held[index],
        ineligible: stale.contains(LimitTests.names[index]) ? .stalePrice : nil,
        regimeSize: 4 * wanted[index], isUnfinished: unfinished[index])
    }
    return try Allocator(
      settings: AllocationSettings(volatilityTarget: nil, band: band), limits: limits
    ).decide(
      AllocationInput(assets: assets, covariance: covariance(correlations), periodsPerYear: 252))
  }

  /// Long and short positions of `in_out`, a quarter each.
  private func decide(signs: [Double], _ limits: LimitSettings, held: [Double] = [0, 0, 0, 0])
    throws -> AllocationDecision
  {
    let assets = LimitTests.names.indices.map { index in
      AssetInput(
        symbol: LimitTests.names[index], held: held[index], conviction: signs[index],
        isActive: true)
    }
    return try Allocator(
      settings: AllocationSettings(
        mode: .inOut, method: .equal, volatilityTarget: nil, band: 0), limits: limits
    ).decide(AllocationInput(assets: assets, covariance: covariance(), periodsPerYear: 252))
  }

  private func near(_ decision: AllocationDecision, _ weights: [Double]) -> Bool {
    distance(decision.lines.map(\.target), weights) < 1e-12
  }

  // MARK: Sums

  @Test func `a group's members are cut alike, and the others stay bit by bit`() throws {
    let group = GroupLimit(name: "majors", symbols: ["C", "A"], max: 0.2)
    let decision = try decide([0.25, 0.1, 0.15, 0.2], LimitSettings(groups: [group]))
    // .25 + .15 is twice the limit.
    #expect(near(decision, [0.125, 0.1, 0.075, 0.2]))
    #expect(decision.lines[1].target == 0.1 && decision.lines[3].target == 0.2)
    #expect(decision.limitsThatBound.count == 1)
    guard case .sum(.group("majors"), let wanted, 0.2, let price) = decision.limitsThatBound[0]
    else { throw Unexpected(decision.limitsThatBound) }
    #expect(abs(wanted - 0.4) < 1e-15 && abs(price - 0.5) < 1e-14)
    #expect(decision.lines[0].reasons.contains(.sum(.group("majors"), price: price)))
    #expect(decision.lines[1].reasons == [.regimeSize(multiplier: 0.4), .entry])
  }

  @Test func `groups that share a symbol are kept together, with the price of each`() throws {
    // A + B ≤ .3 and B + C ≤ .3 of .2 each: t(1 − λ₁), t(1 − λ₁ − λ₂), t(1 − λ₂) with λ = 1/6.
    let limits = LimitSettings(groups: [
      GroupLimit(name: "y", symbols: ["B", "C"], max: 0.3),
      GroupLimit(name: "x", symbols: ["A", "B"], max: 0.3),
    ])
    let decision = try decide([0.2, 0.2, 0.2, 0.2], limits)
    #expect(near(decision, [1.0 / 6, 2.0 / 15, 1.0 / 6, 0.2]))
    let prices = decision.limitsThatBound.map { bound -> Double in
      if case .sum(.group, _, _, let price) = bound { price } else { -1 }
    }
    #expect(distance(prices, [1.0 / 6, 1.0 / 6]) < 1e-14)
    let sums = decision.lines[1].reasons.filter { if case .sum = $0 { true } else { false } }
    #expect(sums.count == 2)
    // A wider limit around a narrow one does not bind, and is not said to.
    let nested = LimitSettings(groups: [
      GroupLimit(name: "narrow", symbols: ["A"], max: 0.1),
      GroupLimit(name: "wide", symbols: ["A", "B"], max: 0.35),
    ])
    let inner = try decide([0.25, 0.2, 0.2, 0.2], nested)
    #expect(near(inner, [0.1, 0.2, 0.2, 0.2]))
    #expect(inner.limitsThatBound.count == 1)
  }

  @Test func `a net limit cuts the side in excess and never enlarges the other`() throws {
    let decision = try decide(signs: [1, 1, 1, -1], LimitSettings(net: 0.2))
    // .75 long, .25 short: the longs come to .45.
    #expect(near(decision, [0.15, 0.15, 0.15, -0.25]))
    #expect(decision.lines[3].target == -0.25)
    guard case .sum(.net, let wanted, 0.2, let price) = decision.limitsThatBound.first else {
      throw Unexpected(decision.limitsThatBound)
    }
    #expect(wanted == 0.5 && abs(price - 0.4) < 1e-14)
    #expect(!decision.lines[3].reasons.contains(.sum(.net, price: price)))
    let short = try decide(signs: [-1, -1, -1, 1], LimitSettings(net: 0.2))
    #expect(near(short, [-0.15, -0.15, -0.15, 0.25]))
    #expect(
      try near(decide(signs: [1, -1, 1, -1], LimitSettings(net: 0.2)), [0.25, -0.25, 0.25, -0.25]))
  }

  @Test func `without leverage no short is held, however its risk compares with the long's`()
    throws
  {
    let covariance = CovarianceEstimate(
      symbols: LimitTests.names, volatilities: [0.3, 1e-6, 7e-5, 1],
      correlation: covariance().correlation, observations: [90, 90, 90, 90])
    let assets = zip(LimitTests.names, [1.0, -1, -1, -1]).map {
      AssetInput(symbol: $0, conviction: $1, isActive: true)
    }
    let decision = try Allocator(
      settings: AllocationSettings(
        mode: .inOut, method: .inverseVolatility, volatilityTarget: nil, band: 0),
      limits: LimitSettings(gross: 1, leverage: 1)
    ).decide(AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 252))
    #expect(decision.lines.dropFirst().map(\.target) == [0, 0, 0])
    #expect(decision.lines[0].target == decision.lines[0].tilted && decision.lines[0].target > 0)
    for line in decision.lines.dropFirst() {
      #expect(line.reasons.contains(.sum(.leverage(isShort: true), price: 1)))
    }
    #expect(decision.unreached.isEmpty)
  }

  @Test func `the gross limit binds only where more exposure would be held`() throws {
    // Four uncorrelated symbols of 16 % a year each come to 8 %: the target asks for five times that.
    func decide(_ limits: LimitSettings) throws -> AllocationDecision {
      try Allocator(
        settings: AllocationSettings(volatilityTarget: 0.4, band: 0), limits: limits
      ).decide(
        AllocationInput(
          assets: LimitTests.names.map { AssetInput(symbol: $0) }, covariance: covariance(),
          periodsPerYear: 252))
    }
    func isGrossBound(_ decision: AllocationDecision) -> Bool {
      decision.limitsThatBound.contains { if case .exposure = $0 { true } else { false } }
    }
    #expect(try isGrossBound(decide(LimitSettings())))
    // Another limit says how large every position is.
    for limits in [LimitSettings(volatility: 0.05), LimitSettings(perSymbol: 0.1)] {
      let decision = try decide(limits)
      #expect(!isGrossBound(decision) && decision.limitsThatBound.count >= 1)
      let gross = limits.standings(of: decision, covariance(), units: [:]).first {
        $0.limit == .gross
      }
      #expect(gross?.price == 0 && gross?.hasBound == false)
    }
    // Of three positions it does not.
    #expect(try isGrossBound(decide(LimitSettings(perSymbolOverrides: ["A": 0.1]))))
  }

  @Test func `symbols that correlate are one cluster, from some number of symbols on`() throws {
    var limits = LimitSettings(cluster: ClusterLimit(rho: 0.7, max: 0.4, from: 4))
    let pairs = [(0, 1, 0.9), (1, 2, 0.8), (0, 2, 0.75), (2, 3, 0.95)]
    // C and D correlate most; A and B next; C with A is too little for all four.
    let decision = try decide([0.25, 0.2, 0.25, 0.25], limits, pairs)
    #expect(near(decision, [0.4 * 5 / 9, 0.4 * 4 / 9, 0.2, 0.2]))
    let names = decision.limitsThatBound.map { bound -> [Symbol] in
      if case .sum(.cluster(let symbols), _, 0.4, _) = bound { symbols } else { [] }
    }
    #expect(names == [["A", "B"], ["C", "D"]])
    limits.cluster.from = 5
    #expect(try decide([0.25, 0.2, 0.25, 0.25], limits, pairs).limitsThatBound.isEmpty)
    // A symbol by itself is no cluster.
    limits.cluster = ClusterLimit(rho: 0.7, max: 0.1, from: 2)
    #expect(try decide([0.25, 0.2, 0.25, 0.25], limits).limitsThatBound.isEmpty)
  }

  // MARK: Pairs and positions

  @Test func `of two positions that move together the smaller is scaled, and dropped at hard`()
    throws
  {
    let limits = LimitSettings(pair: PairLimit(soft: 0.7, hard: 0.9))
    // .8 is half the way; a tie is lost by the later symbol.
    let soft = try decide([0.2, 0.25, 0.2, 0.2], limits, [(0, 1, 0.8), (2, 3, 0.75)])
    #expect(near(soft, [0.1, 0.25, 0.2, 0.15]))
    let correlation = 0.8
    let scale = limits.pair.scale(at: correlation)
    #expect(abs(scale - 0.5) < 1e-15)
    #expect(
      soft.lines[0].reasons.contains(
        .correlated(with: "B", correlation: correlation, scale: scale)))
    #expect(
      soft.limitsThatBound.first == .pair("A", with: "B", correlation: correlation, scale: scale))
    let hard = try decide([0.2, 0.25, 0.2, 0.2], limits, [(0, 1, 0.9)])
    #expect(hard.lines.map(\.target) == [0, 0.25, 0.2, 0.2])
    // Soft alone ends at 1; hard alone scales nothing below it.
    #expect(abs(PairLimit(soft: 0.6).scale(at: 0.8) - 0.5) < 1e-15)
    #expect(PairLimit(soft: 0.6).scale(at: 1) == 0 && PairLimit(hard: 0.8).scale(at: 0.79) == 1)
    #expect(PairLimit(hard: 0.8).scale(at: 0.8) == 0 && PairLimit().scale(at: 1) == 1)
  }

  @Test func `a position that is not held itself takes nothing from others`() throws {
    // B loses to A; C moves with B alone and stays. D has two larger ones, .9 and .8 of soft .8.
    let limits = LimitSettings(pair: PairLimit(soft: 0.5, hard: 0.9))
    let decision = try decide([0.25, 0.2, 0.15, 0.1], limits, [(0, 1, 0.95), (1, 2, 0.95)])
    #expect(decision.lines.map(\.target) == [0.25, 0, 0.15, 0.1])
    let twice = try decide([0.25, 0.2, 0.15, 0.1], limits, [(0, 3, 0.6), (1, 3, 0.7)])
    #expect(near(twice, [0.25, 0.2, 0.15, 0.1 * 0.75 * 0.5]))
  }

  @Test func `pairs are seen from the positions' own sides`() throws {
    func run(_ signs: [Double], _ rho: Double) throws -> [Double] {
      let assets =
        [AssetInput(symbol: "A", conviction: signs[0], isActive: true)] + [
          AssetInput(symbol: "B", conviction: signs[1], isActive: true)
        ]
      let covariance = CovarianceEstimate(
        symbols: ["A", "B"], volatilities: [0.01, 0.01],
        correlation: Matrix(rows: [[1, rho], [rho, 1]]), observations: [90, 90])
      return try Allocator(
        settings: AllocationSettings(
          mode: .inOut, method: .equal, volatilityTarget: nil, band: 0),
        limits: LimitSettings(pair: PairLimit(hard: 0.8))
      ).decide(AllocationInput(assets: assets, covariance: covariance, periodsPerYear: 252))
        .lines.map(\.target)
    }
    #expect(try run([1, 1], 0.9) == [0.5, 0])
    #expect(try run([1, -1], 0.9) == [0.5, -0.5])
    #expect(try run([1, -1], -0.9) == [0.5, 0])
    #expect(try run([-1, -1], 0.9) == [-0.5, 0])
  }

  @Test func `the largest positions stay, the earlier symbol on a tie`() throws {
    let decision = try decide([0.1, 0.2, 0.25, 0.2], LimitSettings(positions: 2))
    #expect(decision.lines.map(\.target) == [0, 0.2, 0.25, 0])
    #expect(decision.limitsThatBound == [.positions(wanted: 4, limit: 2)])
    #expect(decision.lines[3].reasons.contains(.positions(limit: 2)))
    #expect(try decide([0.1, 0.2, 0, 0], LimitSettings(positions: 2)).limitsThatBound.isEmpty)
    // A pair that is dropped makes room.
    let room = try decide(
      [0.1, 0.2, 0.25, 0.2], LimitSettings(positions: 2, pair: PairLimit(hard: 0.9)),
      [(1, 2, 0.95)])
    #expect(room.lines.map(\.target) == [0, 0, 0.25, 0.2])
  }

  // MARK: Turnover

  @Test func `a turnover limit does the same part of each trade`() throws {
    // A buys .2, B sells .1, C buys .1; D is as wanted: .4 wanted, .1 allowed.
    let decision = try decide(
      [0.25, 0.1, 0.1, 0.2], held: [0.05, 0.2, 0, 0.2], LimitSettings(turnover: 0.1))
    #expect(near(decision, [0.1, 0.175, 0.025, 0.2]))
    #expect(decision.lines[0].limited == 0.25)
    guard case .turnover(let wanted, 0.1, let price) = decision.limitsThatBound.first else {
      throw Unexpected(decision.limitsThatBound)
    }
    #expect(abs(wanted - 0.4) < 1e-15 && abs(price - 0.75) < 1e-14)
    guard case .turnover(let done)? = decision.lines[2].reasons.last else {
      throw Unexpected(decision.limitsThatBound)
    }
    #expect(abs(done - 0.25) < 1e-14 && decision.unreached.isEmpty)
  }

  @Test func `exits come first and are not delayed`() throws {
    // A leaves .2 of .25; the buys of .2 and .1 share the rest.
    let decision = try decide(
      [0, 0.2, 0.1, 0], held: [0.2, 0, 0, 0], LimitSettings(turnover: 0.25))
    let part = 0.05 / 0.3
    #expect(near(decision, [0, 0.2 * part, 0.1 * part, 0]))
    #expect(decision.unreached.isEmpty)
    let much = try decide(
      [0, 0.2, 0.1, 0.1], held: [0.2, 0, 0, 0.05], LimitSettings(turnover: 0.1))
    #expect(much.lines.map(\.target) == [0, 0, 0, 0.05])
    #expect(much.lines.map(\.isTraded) == [true, false, false, false])
    #expect(
      much.unreached == [
        UnreachedLimit(
          violation: .turnover(total: 0.2, limit: 0.1), reason: .requiredTrades(turnover: 0.2))
      ])
    #expect(
      much.unreached.map(\.description) == [
        "turnover 20.0 % is beyond its limit of 10.0 %: exits and the other limits require it"
      ])
  }

  @Test func `what mends another limit is traded before the rest`() throws {
    // The group stands at .4 of .3 allowed. A and B must fall by .1 together; .02 are left for C.
    let group = GroupLimit(name: "g", symbols: ["A", "B"], max: 0.3)
    let decision = try decide(
      [0.2, 0.1, 0.25, 0], held: [0.2, 0.2, 0, 0], LimitSettings(turnover: 0.12, groups: [group]))
    #expect(near(decision, [0.2, 0.1, 0.02, 0]))
    // .05 does not suffice: the limit on the group is kept, the turnover reported.
    let tight = try decide(
      [0.2, 0.1, 0.25, 0], held: [0.2, 0.2, 0, 0], LimitSettings(turnover: 0.05, groups: [group]))
    #expect(near(tight, [0.2, 0.1, 0, 0]))
    guard case .turnover(let total, 0.05)? = tight.unreached.first?.violation else {
      throw Unexpected(tight.limitsThatBound)
    }
    #expect(abs(total - 0.1) < 1e-12 && tight.unreached.count == 1)
  }

  @Test func `a change of side closes the old one at once`() throws {
    // From −.2 to .25: .2 to close, .05 of the rest.
    let decision = try decide(
      signs: [1, 1, 1, 1], LimitSettings(turnover: 0.25), held: [-0.2, 0.25, 0.25, 0.25])
    #expect(near(decision, [0.05, 0.25, 0.25, 0.25]))
    let slow = try decide(
      signs: [1, 1, 1, 1], LimitSettings(turnover: 0.1), held: [-0.2, 0.25, 0.25, 0.25])
    #expect(slow.lines[0].target == 0 && slow.unreached.count == 1)
  }

  @Test func `the band is decided before the turnover, so that slow trades are not blocked`()
    throws
  {
    // A tenth of each trade is far inside the band of .25; it is done all the same.
    var held = [0.0, 0, 0, 0]
    var unfinished = [false, false, false, false]
    for step in 0..<12 {
      let decision = try decide(
        [0.25, 0.25, 0.25, 0.25], held: held, LimitSettings(turnover: 0.1), band: 0.25,
        unfinished: unfinished)
      held = decision.lines.map(\.target)
      unfinished = decision.lines.map(\.isLeftUnfinished)
      guard step < 9 else { continue }
      #expect(unfinished == [true, true, true, true])
      // From .1875 on the band by itself would let nothing through.
      let isFinishing = decision.lines[0].reasons.contains {
        if case .finishing = $0 { true } else { false }
      }
      #expect(isFinishing == (step >= 8))
    }
    #expect(distance(held, [0.25, 0.25, 0.25, 0.25]) < 1e-12)
    #expect(unfinished == [false, false, false, false])
    // What has come to its end is inside the band again.
    let after = try decide(
      [0.25, 0.25, 0.25, 0.25], held: [0.22, 0.25, 0.25, 0.25], LimitSettings(turnover: 0.1),
      band: 0.25, unfinished: unfinished)
    #expect(after.lines[0].target == 0.22)
  }

  // MARK: The band, and what cannot be traded

  @Test func `holding inside the band never breaks a group, cluster or net limit`() throws {
    let group = GroupLimit(name: "g", symbols: ["A", "B"], max: 0.4)
    let held = [0.24, 0.21, 0.21, 0]
    let free = try decide([0.2, 0.2, 0.2, 0], held: held, LimitSettings(), band: 0.25)
    #expect(free.lines.map(\.target) == held)
    // A is furthest above its wanted weight; then .2 + .21 is still too much.
    let grouped = try decide(
      [0.2, 0.2, 0.2, 0], held: held, LimitSettings(groups: [group]), band: 0.25)
    #expect(grouped.lines.map(\.target) == [0.2, 0.2, 0.21, 0])
    #expect(grouped.lines[0].reasons.last == .limitBreached(held: 0.24))
    let net = try decide([0.2, 0.2, 0.2, 0], held: held, LimitSettings(net: 0.62), band: 0.25)
    #expect(net.lines.map(\.target) == [0.2, 0.21, 0.21, 0])
    let cluster = try decide(
      [0.2, 0.2, 0.2, 0], held: held,
      LimitSettings(cluster: ClusterLimit(rho: 0.7, max: 0.41, from: 2)), [(0, 2, 0.8)],
      band: 0.25)
    #expect(cluster.lines.map(\.target) == [0.2, 0.21, 0.21, 0])
  }

  @Test func `what is held of a symbol without a price stays, and the others get what it leaves`()
    throws
  {
    let group = GroupLimit(name: "g", symbols: ["A", "B"], max: 0.3)
    let decision = try decide(
      [0.2, 0.2, 0.2, 0], held: [0.25, 0, 0, 0], LimitSettings(groups: [group]), stale: ["A"])
    #expect(decision.lines[0].target == 0.25 && !decision.lines[0].isTraded)
    #expect(decision.lines[0].reasons == [.ineligible(.stalePrice)])
    // The prior of the other three is a third each, four fifths of which are wanted.
    #expect(near(decision, [0.25, 0.05, 0.8 / 3, 0]) && decision.unreached.isEmpty)
    // Where it breaks a limit by itself, nothing is added, and that is said.
    let broken = try decide(
      [0.2, 0.2, 0.2, 0], held: [0.35, 0, 0, 0], LimitSettings(groups: [group]), stale: ["A"])
    #expect(near(broken, [0.35, 0, 0.8 / 3, 0]) && broken.unreached.count == 1)
    #expect(
      broken.unreached[0]
        == UnreachedLimit(
          violation: .sum(.group("g"), total: 0.35, limit: 0.3), reason: .untradable(["A"])))
    #expect(broken.unreached[0].description.hasSuffix("A cannot be traded before the next bar"))
  }

  @Test(arguments: [1.0, 2])
  func `beside what cannot be sold the others come to what is left of the gross limit`(
    leverage: Double
  ) throws {
    let limits = LimitSettings(gross: 1, leverage: leverage)
    let decision = try decide(
      [0.25, 0.25, 0.25, 0.25], held: [0.3, 0.35, 0.35, 0], limits, stale: ["A"])
    #expect(near(decision, [0.3, 0.7 / 3, 0.7 / 3, 0.7 / 3]) && decision.unreached.isEmpty)
    #expect(abs(decision.gross - 1) < 1e-12 && abs(decision.cash) < 1e-12)
    #expect(decision.limitsThatBound == [.gross(wanted: 1.3, limit: 1, scale: 0.7)])
    // One that has a price is sold as ever.
    let sold = try decide([0.25, 0.25, 0.25, 0.25], held: [0.3, 0, 0, 0], limits)
    #expect(sold.lines[0].target == 0.25)
    // What is stale and not held is not bought.
    let none = try decide(
      [0.25, 0.25, 0.25, 0.25], limits, stale: ["A"])
    #expect(none.lines[0].target == 0 && abs(none.gross - 1) < 1e-12)
  }

  @Test func `what cannot be sold counts among positions, pairs, volatility and turnover`() throws {
    let held = [0.3, 0, 0, 0]
    let wanted = [0.25, 0.25, 0.25, 0.25]
    let positions = try decide(wanted, held: held, LimitSettings(positions: 2), stale: ["A"])
    #expect(near(positions, [0.3, 0.7 / 3, 0, 0]))
    let pair = try decide(
      wanted, held: held, LimitSettings(pair: PairLimit(hard: 0.8)), [(0, 2, 0.9)], stale: ["A"])
    #expect(near(pair, [0.3, 0.7 / 3, 0, 0.7 / 3]))
    // 1 % a bar each, uncorrelated: √(.3² + 3x²) is to be .4.
    let year = 252.0.squareRoot() * 0.01
    let volatile = try decide(
      wanted, held: held, LimitSettings(volatility: 0.4 * year), stale: ["A"])
    let size = (0.07 / 3).squareRoot()
    #expect(distance(volatile.lines.map(\.target), [0.3, size, size, size]) < 1e-9)
    #expect(volatile.unreached.isEmpty && volatile.portfolioVolatility < 0.4 * year * (1 + 1e-9))
    // Its sale takes up no turnover, and the band of 0 asks for none.
    let slow = try decide(
      wanted, held: [0.3, 0.7 / 3, 0.7 / 3, 0], LimitSettings(turnover: 0.1), stale: ["A"])
    #expect(abs(slow.lines[3].target - 0.1) < 1e-12 && slow.unreached.isEmpty)
  }

  @Test func `a volatility target is that of the whole, with what cannot be sold`() throws {
    let year = 252.0.squareRoot() * 0.01
    func decide(held: Double) throws -> AllocationDecision {
      try Allocator(
        settings: AllocationSettings(volatilityTarget: 0.4 * year, band: 0)
      ).decide(
        AllocationInput(
          assets: LimitTests.names.map {
            AssetInput(
              symbol: $0, held: $0 == "A" ? held : 0, ineligible: $0 == "A" ? .stalePrice : nil)
          }, covariance: covariance(), periodsPerYear: 252))
    }
    let decision = try decide(held: 0.3)
    #expect(abs(decision.portfolioVolatility / year - 0.4) < 1e-12)
    #expect(abs(decision.lines[1].target - (0.07 / 3).squareRoot()) < 1e-12)
    // Beyond the target by itself: nothing is added.
    let beyond = try decide(held: 0.5)
    #expect(near(beyond, [0.5, 0, 0, 0]) && beyond.unreached.isEmpty)
  }

  @Test func `a hair beyond a limit that nothing may be sold for is sold`() throws {
    // The exit of D takes all turnover, and A must fall by less than a program can tell from rounding.
    let group = GroupLimit(name: "g", symbols: ["A", "B", "C"], max: 0.75)
    let decision = try decide(
      [0.25, 0.25, 0.25, 0], held: [0.25 + 3e-11, 0.25, 0.25, 0.3],
      LimitSettings(turnover: 0.1, groups: [group]))
    #expect(near(decision, [0.25, 0.25, 0.25, 0]))
    #expect(decision.unreached.count == 1)
    guard case .requiredTrades? = decision.unreached.first?.reason else {
      throw Unexpected(decision.limitsThatBound)
    }
  }

  struct Unexpected: Error {
    let bound: [BoundLimit]
    init(_ bound: [BoundLimit]) { self.bound = bound }
  }
}
