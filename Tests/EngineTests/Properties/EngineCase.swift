import Engine
import Kernels
import Market
import Trading

/// A random market, account and decision maker, from a seed. What makes it hard can be taken away piece
/// by piece, so that a failing case shrinks to a small one.
struct EngineCase: CustomStringConvertible, Sendable {
  enum Feature: String, CaseIterable, Sendable {
    case interest, debit, minimum, spread, impact, wait, cancel, borrow, funding, lots, leverage
    case margin, splits, delisting, brackets, shorts
  }

  var seed: Int
  var symbols: Int
  var steps: Int
  var features: [Feature]

  init(seed: Int) {
    var random = CounterRandom(seed: UInt64(seed), path: ["case"])
    self.seed = seed
    symbols = 1 + random.below(5)
    steps = 4 + random.below(40)
    let chance = random.uniform()
    features = Feature.allCases.filter { _ in random.uniform() < chance }
  }

  var description: String {
    "seed \(seed), \(symbols) symbols, \(steps) steps, \(features.map(\.rawValue))"
  }

  func has(_ feature: Feature) -> Bool { features.contains(feature) }

  /// The same case with a little less in it, the greatest steps first.
  var smaller: [EngineCase] {
    var cases: [EngineCase] = []
    func add(_ change: (inout EngineCase) -> Void) {
      var copy = self
      change(&copy)
      cases.append(copy)
    }
    if steps > 4 { add { $0.steps = max(4, $0.steps / 2) } }
    if symbols > 1 { add { $0.symbols -= 1 } }
    for feature in features { add { $0.features.removeAll { $0 == feature } } }
    if steps > 4 { add { $0.steps -= 1 } }
    return cases
  }

  var market: GeneratedMarket {
    var market = GeneratedMarket(seed: seed, symbols: symbols, steps: steps)
    var random = CounterRandom(seed: UInt64(seed), path: ["ranges"])
    market.series = market.series.map { one in
      BarSeries(
        symbol: one.symbol, timeframe: one.timeframe, calendar: one.calendar,
        bars: one.map { bar in
          var bar = bar
          bar.high *= 1 + 0.05 * random.uniform()
          bar.low *= 1 - 0.05 * random.uniform()
          bar.volume =
            random.uniform() < 0.05 ? 0 : Elementary.exp(12 + 2 * random.normal()) / bar.open
          return bar
        })
    }
    return market
  }

  func loop(_ market: GeneratedMarket) -> StepLoop {
    var random = CounterRandom(seed: UInt64(seed), path: ["account"])
    // A number is drawn for every feature, so that taking one away leaves the others as they are.
    func draw(_ feature: Feature, _ scale: Double, off: Double = 0) -> Double {
      let value = scale * random.uniform()
      return has(feature) ? value : off
    }
    var costs = CostSettings(commission: 0.002, slippage: 0.001)
    costs.minimumCommission = draw(.minimum, 50)
    costs.halfSpread = draw(.spread, 0.003)
    costs.impact = draw(.impact, 0.1)
    let participation = 0.02 + 0.3 * random.uniform()
    if has(.wait) || has(.cancel) { costs.participation = participation }
    if has(.cancel) { costs.remainder = .cancel }
    costs.borrow = draw(.borrow, 2)
    costs.funding = draw(.funding, 2) - (has(.funding) ? 1 : 0)
    var capital = CapitalSettings()
    capital.cashRate = draw(.interest, 0.5)
    let debit = random.uniform()
    if has(.debit) { capital.debitRate = debit }
    capital.lot = random.uniform() < 0.5 ? 1 : 0.25
    if !has(.lots) { capital.lot = 0 }
    capital.leverage = 1 + draw(.leverage, 4)
    capital.maintenance = draw(.margin, 0.9 / capital.leverage)
    capital.delistLoss = draw(.delisting, 1)
    if has(.delisting) { capital.delistAfter = 4 * 3_600_000 }
    var splits: [Split] = []
    for symbol in market.grid.symbols {
      let time = market.grid.times[random.below(market.grid.times.count)]
      let ratio = random.uniform() < 0.5 ? 2 : 0.1
      if has(.splits) { splits.append(Split(symbol: symbol, time: time, ratio: ratio)) }
    }
    return StepLoop(grid: market.grid, costs: costs, capital: capital, splits: splits)
  }

  var decisionMaker: BracketedTargets {
    BracketedTargets(
      targets: RandomTargets(
        seed: seed, gross: has(.leverage) ? 4 : 1.2, short: has(.shorts), chance: 0.5),
      hasBrackets: has(.brackets))
  }

  func run() async throws -> (run: EngineRun, loop: StepLoop) {
    let loop = loop(market)
    return (try await loop.run(0..<loop.grid.times.count, decisionMaker), loop)
  }
}

/// Random targets, and random protective orders beside them.
struct BracketedTargets: DecisionMaker {
  var targets: RandomTargets
  var hasBrackets: Bool

  /// The brackets decided at a close: they depend on it and on the symbol alone.
  static func brackets(at now: Timestamp, of symbols: [Symbol], seed: Int) -> [Bracket?] {
    symbols.map { symbol in
      var random = CounterRandom(
        seed: UInt64(seed), path: ["bracket", symbol.name, "\(now.milliseconds)"])
      func maybe(_ scale: Double) -> Double? {
        let value = 0.001 + scale * random.uniform()
        return random.uniform() < 0.5 ? value : nil
      }
      guard random.uniform() < 0.9 else { return nil }
      var bracket = Bracket()
      bracket.stop = maybe(0.05)
      bracket.trailing = maybe(0.05)
      bracket.target = maybe(0.08)
      bracket.sigmaStop = maybe(0.1)
      bracket.atrStop = maybe(3)
      return bracket
    }
  }

  func decide(_ moment: Moment) async -> Targets? {
    let decided = await targets.decide(moment)
    guard hasBrackets else { return decided }
    let count = moment.book.symbols.count
    var result =
      decided
      ?? Targets(
        weights: Array(repeating: nil, count: count), reasons: Array(repeating: "", count: count))
    result.brackets = BracketedTargets.brackets(
      at: moment.now, of: moment.book.symbols, seed: targets.seed)
    return result
  }
}
