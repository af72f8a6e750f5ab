import Allocation
import Kernels
import Market
import Testing

/// What other programs fail at, from returns to weights: every covariance, every sizing.
@Suite struct EdgeCaseTests {
  private static let covariances = CovarianceMethod.allCases

  /// Returns of a market with one factor.
  private func market(_ symbols: Int, bars: Int, seed: UInt64 = 1) -> [[Double]] {
    var random = CounterRandom(seed: seed, path: ["edge cases"])
    return (0..<bars).map { _ in
      let shared = 0.01 * random.normal()
      return (0..<symbols).map { shared + 0.004 * Double($0 % 5 + 1) * random.normal() }
    }
  }

  private func names(_ count: Int) -> [Symbol] {
    (0..<count).map { Symbol("S\($0 < 10 ? "0" : "")\($0)") }
  }

  private func estimate(
    _ method: CovarianceMethod, _ rows: [[Double]], need: Int = 60, symbols: [Symbol]? = nil
  ) throws -> CovarianceEstimate {
    let settings = AllocationSettings(covariance: method, minimumObservations: need)
    var state = try settings.covarianceEstimator(
      of: symbols ?? names(rows[0].count), regimes: 2)
    for row in rows { try state.update(row) }
    return try state.estimate(minimumObservations: need)
  }

  private func decide(
    _ prior: SizingMethod, _ estimate: CovarianceEstimate, symbols: [Symbol],
    target: Double? = nil, limits: LimitSettings = LimitSettings(), need: Int = 60,
    _ options: SizingOptions = SizingOptions()
  ) throws -> AllocationDecision {
    try Allocator(
      settings: AllocationSettings(
        prior: prior, sizing: options, volatilityTarget: target, band: 0,
        minimumObservations: need),
      limits: limits
    ).decide(
      AllocationInput(
        assets: symbols.map { AssetInput(symbol: $0) }, covariance: estimate, periodsPerYear: 252))
  }

  private func isInvested(_ decision: AllocationDecision, _ prior: SizingMethod) -> Bool {
    let weights = decision.lines.map(\.target)
    return weights.allSatisfy { $0 >= 0 && $0.isFinite }
      && (prior == .kelly ? decision.gross > 0 : abs(decision.gross - 1) < 1e-9)
  }

  @Test(arguments: covariances)
  func `an asset that does not move is left out, and the rest is as without it`(
    method: CovarianceMethod
  ) throws {
    let rows = market(4, bars: 120)
    let plain = try estimate(method, rows, symbols: ["A", "B", "C", "D"])
    let stuck = try estimate(
      method, rows.map { $0 + [0] }, symbols: ["A", "B", "C", "D", "STUCK"])
    for prior in SizingMethod.priors {
      let with = try decide(prior, stuck, symbols: ["A", "B", "C", "D", "STUCK"])
      let without = try decide(prior, plain, symbols: ["A", "B", "C", "D"])
      #expect(with.lines.prefix(4).map(\.target) == without.lines.map(\.target))
      #expect(with.lines[4].target == 0)
      #expect(with.lines[4].reasons == [.ineligible(.zeroVolatility)])
    }
  }

  @Test(arguments: covariances)
  func `an asset that has stopped moving is left out, and comes back when it moves`(
    method: CovarianceMethod
  ) throws {
    var rows = market(4, bars: 201)
    for t in 170..<200 { rows[t][2] = 0 }
    let stuck = try estimate(method, Array(rows.prefix(200)))
    #expect(stuck.excluded == [.init(symbol: "S02", reason: .zeroVolatility)])
    for prior in SizingMethod.priors {
      let decision = try decide(prior, stuck, symbols: names(4))
      #expect(decision.lines[2].target == 0 && isInvested(decision, prior), "\(prior)")
    }
    // Nineteen days may be a price that is read seldom; a missing return ends nothing.
    #expect(try estimate(method, Array(rows.prefix(189))).excluded.isEmpty)
    var holed = Array(rows.prefix(191))
    holed[180][2] = .nan
    #expect(try estimate(method, holed).excluded.map(\.symbol) == ["S02"])
    #expect(try estimate(method, rows).excluded.isEmpty)
  }

  @Test(arguments: covariances)
  func `an asset that ticks once in fifteen days is as still as one that does not tick`(
    method: CovarianceMethod
  ) throws {
    var rows = market(4, bars: 400)
    for t in 200..<400 { rows[t][2] = t % 15 == 0 ? 1e-4 : 0 }
    let stuck = try estimate(method, rows)
    #expect(stuck.excluded == [.init(symbol: "S02", reason: .zeroVolatility)])
    for prior in SizingMethod.priors {
      let decision = try decide(prior, stuck, symbols: names(4))
      #expect(decision.lines[2].target == 0 && isInvested(decision, prior), "\(prior)")
    }
    // Holes among its bars move no tick closer to another.
    for t in stride(from: 300, to: 400, by: 7) { rows[t][2] = .nan }
    #expect(try estimate(method, rows).excluded.map(\.symbol) == ["S02"])
    // A price that stands still on every other day is one that is read seldom.
    for t in 200..<400 { rows[t][2] = t % 2 == 0 ? 0.01 : 0 }
    #expect(try estimate(method, rows).excluded.isEmpty)
  }

  @Test(arguments: covariances)
  func `a peg is not held, cash that is a hundred times as calm as the others is`(
    method: CovarianceMethod
  ) throws {
    var random = CounterRandom(seed: 3, path: ["peg"])
    let rows = market(3, bars: 200).map {
      $0 + [1e-4 * random.normal(), 1e-6 * random.normal()]
    }
    let symbols: [Symbol] = ["A", "B", "C", "BILL", "PEG"]
    let own = try estimate(method, rows, symbols: symbols)
    #expect(own.excluded == [.init(symbol: "PEG", reason: .zeroVolatility)])
    for prior in SizingMethod.priors {
      let decision = try decide(prior, own, symbols: symbols)
      let peg = try #require(decision.lines.first { $0.symbol == "PEG" })
      #expect(peg.target == 0 && peg.reasons == [.ineligible(.zeroVolatility)], "\(prior)")
      #expect(isInvested(decision, prior), "\(prior)")
      guard prior == .minimumVariance else { continue }
      #expect(try #require(decision.lines.first { $0.symbol == "BILL" }).target > 0.9)
    }
    // Beside a single other it is the one that stands still.
    let two = try estimate(method, rows.map { [$0[0], $0[4]] }, symbols: ["A", "PEG"])
    #expect(two.symbols == ["A"])
  }

  @Test(arguments: covariances)
  func `one symbol's spike excludes no other, and is not what is bought`(
    method: CovarianceMethod
  ) throws {
    for count in 2...5 {
      let rows = market(count, bars: 120)
      for place in 0..<count {
        var spiked = rows
        spiked[119][place] = 99
        let own = try estimate(method, spiked)
        #expect(own.excluded.isEmpty && own.symbols == names(count), "\(count), \(place)")
        // The wildest has its equal share at most, which shrinking to the identity may leave it.
        let decision = try decide(.inverseVolatility, own, symbols: own.symbols)
        #expect(decision.lines[place].target < 1 / Double(count) + 1e-9, "\(count), \(place)")
        #expect(isInvested(decision, .inverseVolatility))
      }
    }
  }

  @Test func `a whole history and one bar at a time find the same asset still`() throws {
    var rows = market(3, bars: 120)
    for t in 90..<120 { rows[t][1] = 0 }
    let whole = try TwoSpeedCovariance.estimate(symbols: names(3), returns: Matrix(rows: rows))
    #expect(whole.excluded == [.init(symbol: "S01", reason: .zeroVolatility)])
    #expect(try estimate(.twoSpeed, rows).excluded == whole.excluded)
    // The same border: forty of the last sixty stand still, the last twenty do not.
    for still in [39, 40] {
      var ticking = market(3, bars: 120)
      for k in 0..<still { ticking[60 + k + k / 4][1] = 0 }
      let one = try TwoSpeedCovariance.estimate(
        symbols: names(3), returns: Matrix(rows: ticking))
      #expect(one.excluded.isEmpty == (still < 40))
      #expect(try estimate(.twoSpeed, ticking).excluded == one.excluded)
    }
  }

  @Test(arguments: covariances)
  func `one missing return freezes its symbol and empties nothing`(method: CovarianceMethod) throws
  {
    let rows = market(5, bars: 120)
    var holed = rows
    holed[70][2] = .nan
    let (plain, own) = (try estimate(method, rows), try estimate(method, holed))
    #expect(own.symbols == plain.symbols)
    #expect(own.observations == [120, 120, 119, 120, 120])
    for prior in SizingMethod.priors {
      let decision = try decide(prior, own, symbols: own.symbols)
      #expect(isInvested(decision, prior), "\(prior)")
      // A return in a hundred and twenty is no other portfolio.
      if prior != .hierarchicalRiskParity, prior != .hierarchicalEqualRiskContribution {
        let whole = try decide(prior, plain, symbols: own.symbols)
        #expect(
          distance(decision.lines.map(\.target), whole.lines.map(\.target)) < 0.1, "\(prior)")
      }
    }
    // Without shrinking, which looks at all pairs, the others' numbers are the very same.
    guard method == .sample || method == .ewma else { return }
    for i in [0, 1, 3, 4] {
      for j in [0, 1, 3, 4] { #expect(own.covariance[i, j] == plain.covariance[i, j]) }
    }
  }

  @Test(arguments: covariances)
  func `a late listing waits for its observations, then counts by its own bars`(
    method: CovarianceMethod
  ) throws {
    var rows = market(4, bars: 120)
    for t in 0..<80 { rows[t][3] = .nan }
    let early = try estimate(method, rows, need: 60)
    #expect(early.symbols.count == 3)
    #expect(
      early.excluded == [
        .init(symbol: "S03", reason: .insufficientHistory(have: 40, need: 60))
      ])
    let late = try estimate(method, rows, need: 30)
    #expect(late.symbols.count == 4 && late.observations == [120, 120, 120, 40])
    #expect(choleskyFactor(late.correlation) != nil)
    for prior in SizingMethod.priors {
      #expect(isInvested(try decide(prior, late, symbols: late.symbols, need: 30), prior))
    }
    // Alone with its own bars it is as volatile: the weights of a short history are made up for.
    guard method == .twoSpeed || method == .ewma || method == .sample else { return }
    let alone = try estimate(
      method, rows.suffix(40).map { [$0[3]] }, need: 30, symbols: ["S03"])
    #expect(abs(late.volatilities[3] / alone.volatilities[0] - 1) < 1e-12)
  }

  @Test func `a duplicate has its own budget, and a cluster limit sees one asset`() throws {
    let rows = market(3, bars: 200).map { [$0[0], $0[0], $0[1], $0[2]] }
    let own = try estimate(.twoSpeed, rows)
    let symbols = own.symbols
    let parity = try decide(.riskParity, own, symbols: symbols)
    #expect(abs(parity.lines[0].target - parity.lines[1].target) < 1e-9)
    for line in parity.lines { #expect(abs(try #require(line.riskContribution) - 0.25) < 1e-8) }
    // Shrinking draws the two apart a little; no other two correlate as much.
    let limits = LimitSettings(
      cluster: ClusterLimit(rho: own.correlation[0, 1], max: 0.3, from: 2))
    for prior in [SizingMethod.equal, .riskParity, .inverseVolatility] {
      let free = try decide(prior, own, symbols: symbols)
      let capped = try decide(prior, own, symbols: symbols, limits: limits)
      #expect(free.lines[0].target + free.lines[1].target > 0.3)
      #expect(abs(capped.lines[0].target + capped.lines[1].target - 0.3) < 1e-12)
      // The others are as they were.
      #expect(capped.lines[2...].map(\.target) == free.lines[2...].map(\.target))
    }
  }

  @Test(arguments: covariances)
  func `fewer returns than assets are an error or shrunk, never repaired in silence`(
    method: CovarianceMethod
  ) throws {
    let rows = market(40, bars: 30)
    if method == .sample || method == .ewma {
      #expect(
        throws: AllocationError.singularCovariance(
          method: method.rawValue, symbols: 40, observations: 30)
      ) { try estimate(method, rows, need: 20) }
      return
    }
    let own = try estimate(method, rows, need: 20)
    #expect(own.shrinkage > 0 && !own.isRepaired && choleskyFactor(own.correlation) != nil)
    for prior in SizingMethod.priors {
      #expect(isInvested(try decide(prior, own, symbols: own.symbols, need: 20), prior))
    }
  }

  @Test(arguments: covariances)
  func `one asset has the weight that its volatility target allows`(method: CovarianceMethod) throws
  {
    let own = try estimate(method, market(1, bars: 120))
    let yearly = own.volatilities[0] * 252.0.squareRoot()
    for prior in SizingMethod.priors where prior != .kelly {
      let half = try decide(prior, own, symbols: own.symbols, target: yearly / 2)
      #expect(abs(half.lines[0].target - 0.5) < 1e-12, "\(prior)")
      let whole = try decide(prior, own, symbols: own.symbols, target: 3 * yearly)
      #expect(whole.lines[0].target == 1, "\(prior)")
    }
    // A half of the growth-optimal weight, SR0 / σ a year, or all.
    let kelly = try decide(.kelly, own, symbols: own.symbols)
    #expect(abs(kelly.lines[0].target - min(1, 0.5 * 0.5 / yearly)) < 1e-12)
  }

  @Test(arguments: SizingMethod.allCases)
  func `without any conviction all is cash, and each line says why`(method: SizingMethod) throws {
    let own = try estimate(.twoSpeed, market(3, bars: 120))
    let decision = try Allocator(settings: AllocationSettings(mode: .inOut, method: method)).decide(
      AllocationInput(
        assets: own.symbols.map { AssetInput(symbol: $0, conviction: 0, isActive: true) },
        covariance: own, periodsPerYear: 252))
    #expect(decision.allCash == .noActivePosition && decision.cash == 1)
    #expect(decision.lines.allSatisfy { $0.target == 0 && $0.reasons == [.noConviction] })
  }

  @Test func `four assets of a fifth at most are four fifths, with the price of each cap`() throws {
    let own = try estimate(.twoSpeed, market(4, bars: 120))
    let limits = LimitSettings(perSymbol: 0.2)
    for prior in SizingMethod.priors where prior != .kelly {
      let decision = try decide(prior, own, symbols: own.symbols, limits: limits)
      for line in decision.lines {
        #expect(line.target <= 0.2)
        // What a cap cuts is in cash, with its reason; a weight below it is what was wanted.
        #expect(line.target == (line.tilted > 0.2 ? 0.2 : line.tilted))
        #expect(line.reasons.contains(.capPerSymbol(limit: 0.2)) == (line.tilted > 0.2))
      }
      #expect(abs(decision.cash + decision.gross - 1) < 1e-12 && decision.unreached.isEmpty)
    }
    let equal = try decide(.equal, own, symbols: own.symbols, limits: limits)
    #expect(equal.lines.map(\.target) == [0.2, 0.2, 0.2, 0.2])
    #expect(abs(equal.cash - 0.2) < 1e-15)
    let standings = limits.standings(of: equal, own, units: [:]).filter { $0.limit == .perSymbol }
    #expect(standings.count == 4 && standings.allSatisfy { abs(($0.price ?? 0) - 0.2) < 1e-12 })
    // The bound of a sizing is kept as well where there are too few assets for it.
    for prior in [SizingMethod.minimumVariance, .meanVariance, .blackLitterman] {
      let bounded = try decide(
        prior, own, symbols: own.symbols,
        SizingOptions(bounds: WeightBounds(lower: 0, upper: 0.2)))
      #expect(bounded.lines.map(\.target) == [0.2, 0.2, 0.2, 0.2], "\(prior)")
      #expect(abs(bounded.cash - 0.2) < 1e-12)
      // A fifth of seven is no such bound: all is invested, none beyond it.
      let many = try estimate(.twoSpeed, market(7, bars: 120))
      let whole = try decide(
        prior, many, symbols: many.symbols,
        SizingOptions(bounds: WeightBounds(lower: 0, upper: 0.2)))
      #expect(abs(whole.gross - 1) < 1e-9 && whole.lines.allSatisfy { $0.target <= 0.2 + 1e-12 })
    }
    // More than its share of the others is no way beyond it either.
    let shared = try Allocator(
      settings: AllocationSettings(
        prior: .minimumVariance,
        sizing: SizingOptions(bounds: WeightBounds(lower: 0, upper: 0.3)), volatilityTarget: nil,
        band: 0)
    ).decide(
      AllocationInput(
        assets: own.symbols.enumerated().map { AssetInput(symbol: $1, share: Double(4 - $0)) },
        covariance: own, periodsPerYear: 252))
    #expect(shared.lines.allSatisfy { $0.target <= 0.3 })
    // More bets than there are assets stay out of reach, with the best there is.
    let bets = try decide(
      .equal, own, symbols: own.symbols,
      limits: LimitSettings(diversification: DiversificationLimit(effectiveBets: 5)))
    let unreached = try #require(bets.unreached.first)
    guard case .diversificationUnreachable(let best, let with) = unreached.reason else {
      Issue.record("\(unreached)")
      return
    }
    #expect(best > 3.9 && best <= 4 + 1e-9 && with.isEmpty)
  }
}
