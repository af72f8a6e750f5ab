import Allocation
import Engine
import Kernels
import Market
import SignalGraph
import Signals
import Trading

/// A random portfolio with all that it has to remember: signals of random regimes and sizes, exit rules
/// of every kind, a throttle, protective orders, costs and a market with holes. All from a seed.
struct PortfolioCase {
  let seed: Int
  let loop: StepLoop
  let signals: [[SymbolSignal]]
  private let rules: AllocatorRules

  init(seed: Int) throws {
    self.seed = seed
    var random = CounterRandom(seed: UInt64(seed), path: ["portfolio case"])
    var market = EngineCase(seed: seed)
    (market.symbols, market.steps) = (2 + random.below(3), 120)
    market.features.removeAll { [.splits, .delisting, .margin, .brackets].contains($0) }
    loop = market.loop(market.market)
    let exits = loop.grid.symbols.map { _ in PortfolioCase.exit(&random) }
    let grid = loop.grid
    signals = grid.symbols.indices.map { symbol in
      PortfolioCase.signals(grid, exits[symbol].readings, &random)
    }
    var throttle = ThrottleSettings()
    if random.uniform() < 0.7 {
      throttle.halt = 0.01 + 0.05 * random.uniform()
      throttle.reduce = throttle.halt.map { $0 * random.uniform() }
      throttle.window = Int64(10 + random.below(80)) * Timeframe.h1.milliseconds
      if random.uniform() < 0.5 { throttle.resumeAfter = 10 * Timeframe.h1.milliseconds }
    }
    let settings = AllocationSettings(
      mode: random.uniform() < 0.6 ? .inOut : .priorTilt, prior: .equal, method: .riskBudget,
      volatilityTarget: random.uniform() < 0.5 ? 0.5 : nil,
      variance: random.uniform() < 0.3 ? .model : .ewma, band: 0.3 * random.uniform(),
      minimumObservations: 8)
    rules = AllocatorRules(
      allocator: try Allocator(settings: settings, limits: LimitSettings(throttle: throttle)),
      exit: exits, decisionEvery: Int64(1 + random.below(8)) * Timeframe.h1.milliseconds,
      riskTimeframe: .h1, riskPeriodsPerYear: 8760, staleAfter: 6 * Timeframe.h1.milliseconds)
  }

  /// A portfolio that remembers nothing yet.
  func portfolio() throws -> PortfolioRun {
    PortfolioRun(
      PortfolioAllocator(try AllocatorState(rules: rules, riskGrid: loop.grid)), signals: signals,
      firstStep: 0)
  }

  /// Counts the closes in a row at which the position has gained, and leaves a fifth at the third.
  private struct ThreeGainsRule: ExitRule {
    var reason: ExitReason { "three gains" }

    func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
      let isGain = position.isLong == (position.close > position.entryPrice)
      memory = [isGain ? (memory.first ?? 0) + 1 : 0]
      return memory[0] == 3 ? 0.2 : nil
    }
  }

  private static func exit(_ random: inout CounterRandom) -> ExitSettings {
    func maybe(_ chance: Double, _ scale: Double) -> Double? {
      let value = scale * (0.1 + random.uniform())
      return random.uniform() < chance ? value : nil
    }
    var exit = ExitSettings()
    exit.intrabar = random.uniform() < 0.5
    exit.by = random.uniform() < 0.5 ? .regime : .mixture
    exit.target = maybe(0.3, 0.08)
    exit.stop = maybe(0.3, 0.06)
    exit.trailing = maybe(0.3, 0.06)
    exit.trailingAfter = maybe(0.2, 0.02)
    exit.atrStop = maybe(0.3, 3)
    exit.sigmaStop = maybe(0.3, 4)
    exit.atrTrailing = maybe(0.3, 4)
    exit.breakeven = maybe(0.2, 2)
    if random.uniform() < 0.3 {
      exit.atrTargets = [.init(ranges: 0.5, share: 0.3), .init(ranges: 1.5, share: 0.4)]
    }
    if random.uniform() < 0.3 { exit.maxBars = .byState([9, 20, 6]) }
    exit.regimeChange = maybe(0.3, 0.6)
    exit.confirm = 1 + random.below(3)
    if random.uniform() < 0.2 { exit.reversal = .entry }
    exit.lowConfidence = maybe(0.1, 0.5)
    if random.uniform() < 0.3 { exit.averages = AveragePair(fast: 3, slow: 8) }
    if random.uniform() < 0.2 { exit.extremes.rsi = 70 }
    if random.uniform() < 0.2 { exit.extremes.bollinger = 2 }
    if random.uniform() < 0.2 { exit[.stop] = .byState([0.02, nil, 0.05]) }
    if random.uniform() < 0.3 { exit.own = OwnExitRules([ThreeGainsRule()]) }
    return exit
  }

  /// Signals whose regime, side and numbers change now and then, with the readings of made-up bars.
  private static func signals(
    _ grid: BarGrid, _ asked: [Reading], _ random: inout CounterRandom
  ) -> [SymbolSignal] {
    var (label, states, conviction) = (0, 3, 0.5)
    var evaluated = grid.times[0]
    return grid.times.indices.map { step in
      let now = grid.knownAt(step)
      if random.uniform() < 0.1 { states = 2 + random.below(2) }
      if random.uniform() < 0.15 { label = random.below(states) }
      label = min(label, states - 1)
      if random.uniform() < 0.15 { conviction = 1.6 * random.uniform() - 0.6 }
      if random.uniform() < 0.7 { evaluated = now }
      let readings = asked.map { reading in
        let value: Double =
          switch reading {
          case .rsi: 100 * random.uniform()
          case .upperBand: 100 + 20 * random.uniform()
          case .lowerBand: 80 - 20 * random.uniform()
          default: 70 + 50 * random.uniform()
          }
        return random.uniform() < 0.95 ? value : nil
      }
      let isSilent = random.uniform() < 0.03
      let node = NodeSignal(
        knownAt: now, evaluatedAt: evaluated, forecast: nil,
        variance: 1e-4 * (0.5 + random.uniform()), mu: 0, gateWeight: 0, forecastDeviation: 0,
        forecastPersistence: 0, posterior: [1], nextPosterior: [1], label: label,
        confidence: 0.9, entropy: 0, atr: random.uniform() < 0.95 ? 1 + 2 * random.uniform() : nil,
        readings: Readings(asked, readings))
      return SymbolSignal(
        knownAt: now,
        parts: [
          .init(timeframe: .h1, signal: isSilent ? nil : node, alpha: 0, conviction: conviction)
        ], netAlpha: 0.2 * conviction, conviction: conviction, alignment: .aligned,
        regimeSize: 0.5 + 0.5 * random.uniform(), regimeLabel: isSilent ? nil : label,
        regimeConfidence: random.uniform(), regimeStates: isSilent ? nil : states,
        mixture: RegimeMixture(rawValue: random.below(4)),
        refusal: random.uniform() < 0.1 ? .lowVolume : nil,
        reversal: random.uniform() < 0.05 ? -conviction : 0)
    }
  }
}
