import Allocation
import Engine
import Kernels
import Market
import SignalGraph
import Signals
import Trading

/// Two symbols on hourly bars through allocator and step loop; A's bars are written by hand, B stands
/// at 100. Trading is free and decisions fall on midnights, so that every price can be worked out.
///
/// Thirty days of history before the script give both a volatility. The script begins with the decision
/// at the midnight that the first bar opens at; after its last bar A stands at its close.
struct ScriptedPortfolio {
  struct Hour {
    var open: Double
    var high: Double
    var low: Double
    var close: Double

    /// The range is that of open and close where none is given.
    init(_ open: Double, _ close: Double, high: Double? = nil, low: Double? = nil) {
      self.open = open
      self.close = close
      self.high = high ?? max(open, close)
      self.low = low ?? min(open, close)
    }
  }

  static let history = 30
  static let start = Timestamp(year: 2021, month: 1, day: 1)

  /// The start of an hour of the script.
  static func hour(_ index: Int) -> Timestamp {
    start + Int64(history * 24 + index) * Timeframe.h1.milliseconds
  }

  let run: EngineRun
  let decisions: [PortfolioDecision]

  /// - Parameters:
  ///   - hours: bars of A from the first decision on.
  ///   - days: days of the script.
  ///   - conviction: of A; below 0 is short. B's is above 0.
  ///   - atr: A's average true range at a close.
  init(
    _ hours: [Hour], exit: ExitSettings, mode: AllocationSettings.Mode = .inOut, days: Int = 2,
    conviction: Double = 0.5, atr: (Timestamp) -> Double? = { _ in nil }
  ) async throws {
    let symbols: [Symbol] = ["A", "B"]
    let series = symbols.map { symbol in
      var random = CounterRandom(seed: 1, path: [symbol.name])
      var series = BarSeries(symbol: symbol, timeframe: .h1, calendar: .continuous)
      for index in 0..<(ScriptedPortfolio.history + days) * 24 {
        let step = index - ScriptedPortfolio.history * 24
        let swing = 100 * Elementary.exp(0.005 * random.normal())
        let last = hours[hours.count - 1].close
        let bar =
          step < 0
          ? Hour(swing, swing)
          : symbol == "B" ? Hour(100, 100) : step < hours.count ? hours[step] : Hour(last, last)
        series.append(
          Bar(
            time: ScriptedPortfolio.start + Int64(index) * Timeframe.h1.milliseconds,
            open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: 1))
      }
      return series
    }
    let rules = AllocatorRules(
      allocator: try Allocator(
        settings: AllocationSettings(
          mode: mode, method: .equal, volatilityTarget: nil, variance: .ewma, band: 0,
          minimumObservations: 20),
        limits: LimitSettings()),
      exit: [exit, ExitSettings()], decisionEvery: Timestamp.millisecondsPerDay,
      riskTimeframe: .d1, riskPeriodsPerYear: 365, staleAfter: Timestamp.millisecondsPerDay)
    let grid = BarGrid(series)
    let steps = grid.steps(
      from: ScriptedPortfolio.hour(0), to: ScriptedPortfolio.hour(days * 24))
    let maker = PortfolioRun(
      PortfolioAllocator(
        try AllocatorState(rules: rules, riskGrid: BarGrid(series.map { $0.resampled(to: .d1) }))),
      signals: symbols.map { symbol in
        steps.map { step in
          ScriptedPortfolio.signal(
            at: grid.knownAt(step), conviction: symbol == "A" ? conviction : 0.5,
            atr: symbol == "A" ? atr(grid.knownAt(step)) : nil)
        }
      }, firstStep: steps.lowerBound)
    run = try await StepLoop(
      grid: grid, costs: CostSettings(commission: 0, slippage: 0), capital: CapitalSettings()
    ).run(steps, maker)
    decisions = await maker.decisions
  }

  static func signal(at now: Timestamp, conviction: Double, atr: Double?) -> SymbolSignal {
    let primary = NodeSignal(
      knownAt: now, forecast: nil, variance: 1e-4, mu: 0, gateWeight: 0, forecastDeviation: 0,
      forecastPersistence: 0, posterior: [1], nextPosterior: [1], label: 0, confidence: 0.9,
      entropy: 0, atr: atr)
    return SymbolSignal(
      knownAt: now,
      parts: [.init(timeframe: .h1, signal: primary, alpha: 0, conviction: conviction)],
      netAlpha: 0, conviction: conviction, alignment: .aligned, regimeSize: 1, regimeLabel: 0,
      regimeConfidence: 0.9, regimeStates: 1)
  }

  /// What A has traded.
  var fills: [Fill] { run.fills.filter { $0.symbol == "A" } }

  /// What closed A first: price, the hour at whose start it is stamped, and why.
  var firstExit: (price: Double, time: Timestamp, reason: String, isIntrabar: Bool)? {
    guard fills.count > 1 else { return nil }
    return (fills[1].price, fills[1].time, fills[1].reason, fills[1].isIntrabar)
  }
}
