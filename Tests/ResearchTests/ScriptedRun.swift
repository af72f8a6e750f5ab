import Allocation
import Engine
import Kernels
import Market
import SignalGraph
import Signals
import Trading

/// Two symbols whose closes and signals are written by hand, run through allocator and step loop.
///
/// Before the script both swing by half a per cent around 100, so that they have a volatility. Each
/// bar opens at the close before it. Trading is free, so that weights are easy to follow.
struct ScriptedRun {
  static let symbols: [Symbol] = ["A", "B"]
  /// The first day of the script; the run starts at its midnight.
  static let firstDay = 40

  /// The close of `hour` on day `day` of the script.
  static func close(day: Int, hour: Int) -> Timestamp {
    GeneratedMarket.time(day: firstDay + day, hour: hour)
  }

  let run: EngineRun
  let decisions: [PortfolioDecision]

  /// - Parameters:
  ///   - price: close of a symbol's bar that ends at a time; nil is no bar.
  ///   - signal: what a symbol's combiner says at a close.
  ///   - fillable: units that a bar may fill; nil is any number.
  init(
    mode: AllocationSettings.Mode, exit: ExitSettings, days: Int,
    method: SizingMethod = .equal, band: Double = 0, sizing: [SizingSettings] = [],
    limits: LimitSettings = LimitSettings(), variance: AllocationSettings.Variance = .ewma,
    volatilityTarget: Double? = nil, fillable: Double? = nil,
    price: (Symbol, Timestamp) -> Double?, signal: (Symbol, Timestamp) -> SymbolSignal
  ) async throws {
    let series = ScriptedRun.symbols.map { symbol in
      var random = CounterRandom(seed: 1, path: [symbol.name])
      var series = BarSeries(symbol: symbol, timeframe: .h1, calendar: .continuous)
      var last = 100.0
      for hour in 0..<(ScriptedRun.firstDay + days) * 24 {
        let time = GeneratedMarket.start + Int64(hour) * GeneratedMarket.hour
        let known = time + GeneratedMarket.hour
        let swing = 100 * Elementary.exp(0.005 * random.normal())
        let isScript = known >= ScriptedRun.close(day: 0, hour: 0)
        guard let close = isScript ? price(symbol, known) : swing else { continue }
        series.append(
          Bar(
            time: time, open: last, high: max(last, close), low: min(last, close), close: close,
            volume: fillable ?? 1))
        last = close
      }
      return series
    }
    let settings = AllocationSettings(
      mode: mode, method: method, volatilityTarget: volatilityTarget, variance: variance,
      band: band, minimumObservations: 20)
    let rules = AllocatorRules(
      allocator: try Allocator(settings: settings, limits: limits),
      exit: ScriptedRun.symbols.map { _ in exit },
      decisionEvery: Timestamp.millisecondsPerDay, riskTimeframe: .h1, riskPeriodsPerYear: 365,
      staleAfter: Timestamp.millisecondsPerDay, sizing: sizing)
    let grid = BarGrid(series)
    let steps = grid.steps(
      from: ScriptedRun.close(day: 0, hour: 0), to: ScriptedRun.close(day: days, hour: 0))
    let allocator = PortfolioAllocator(
      try AllocatorState(rules: rules, riskGrid: BarGrid(series.map { $0.resampled(to: .d1) })))
    let decisionMaker = PortfolioRun(
      allocator,
      signals: ScriptedRun.symbols.map { symbol in
        steps.map { signal(symbol, grid.knownAt($0)) }
      }, firstStep: steps.lowerBound)
    var costs = CostSettings(commission: 0, slippage: 0)
    if fillable != nil { costs.participation = 1 }
    let loop = StepLoop(grid: grid, costs: costs, capital: CapitalSettings())
    run = try await loop.run(steps, decisionMaker)
    decisions = await decisionMaker.decisions
  }

  /// A signal that wants the symbol held.
  /// - Parameter heard: when the primary node last spoke; `now` where nil.
  static func signal(
    at now: Timestamp, conviction: Double = 0.5, label: Int = 0, states: Int? = nil,
    confidence: Double = 0.9, heard: Timestamp? = nil, refusal: EntryRefusal? = nil,
    entrySize: Double = 1, reversal: Double = 0, atr: Double? = nil, variance: Double = 1e-4,
    readings: Readings = Readings()
  ) -> SymbolSignal {
    let primary = NodeSignal(
      knownAt: heard ?? now, forecast: nil, variance: variance, mu: 0, gateWeight: 0,
      forecastDeviation: 0, forecastPersistence: 0, posterior: [1], nextPosterior: [1],
      label: label, confidence: confidence, entropy: 0, atr: atr, readings: readings)
    return SymbolSignal(
      knownAt: now,
      parts: [.init(timeframe: .h1, signal: primary, alpha: 0, conviction: conviction)],
      netAlpha: 0, conviction: conviction, alignment: .aligned, regimeSize: 1,
      regimeLabel: label, regimeConfidence: confidence, regimeStates: states, refusal: refusal,
      entrySize: entrySize, reversal: reversal)
  }

  /// Orders of a symbol: when they were decided, whether they buy, and why.
  func orders(_ symbol: Symbol) -> [(decidedAt: Timestamp, isBuy: Bool, reason: String)] {
    run.orders.filter { $0.symbol == symbol }.map { ($0.decidedAt, $0.quantity > 0, $0.reason) }
  }

  /// The weight of a symbol at a close.
  func weight(_ symbol: Symbol, at close: Timestamp) -> Double? {
    guard let index = run.symbols.firstIndex(of: symbol),
      let step = run.knownAt.firstIndex(of: close)
    else { return nil }
    return run.weights[step * run.symbols.count + index]
  }
}
