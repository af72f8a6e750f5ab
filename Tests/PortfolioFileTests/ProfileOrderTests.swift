import Allocation
import Engine
import Kernels
import Market
import Models
import PortfolioFile
import Research
import SignalGraph
import Signals
import Statistics
import Testing
import Trading

/// A bolder profile takes more risk, whatever the market does: the profiles' real settings through
/// the real allocator and step loop, on generated markets whose regimes are known.
@Suite struct ProfileOrderTests {
  /// Daily bars of four symbols: spells of calm, normal and turbulent days, correlated shocks.
  private struct DailyMarket {
    let series: [BarSeries]
    /// The posterior of each day's regime, the same for all symbols.
    let posteriors: [[Double]]
    /// What the forecasts are worth a year beyond costs, by symbol and day.
    let alphas: [[Double]]

    init(seed: UInt64, volatility: Double, alpha: Double) {
      let symbols: [Symbol] = ["A", "B", "C", "D"]
      var chain = CounterRandom(seed: seed, path: ["chain"])
      var common = CounterRandom(seed: seed, path: ["common"])
      var state = 1
      var series = symbols.map {
        BarSeries(symbol: $0, timeframe: .d1, calendar: .continuous)
      }
      var random = symbols.map { CounterRandom(seed: seed, path: ["path", $0.name]) }
      var prices = symbols.map { _ in 100.0 }
      var posteriors: [[Double]] = []
      var alphas = symbols.map { _ in [Double]() }
      for day in 0..<500 {
        if chain.uniform() < 0.03 { state = chain.below(3) }
        let sigma = volatility / 365.0.squareRoot() * [0.6, 1, 1.8][state]
        let shock = common.normal()
        for index in symbols.indices {
          let open = prices[index]
          let move = 0.7 * shock + 0.714 * random[index].normal()
          prices[index] *= Elementary.exp(sigma * move - 0.5 * sigma * sigma)
          series[index].append(
            Bar(
              time: Timestamp(year: 2015, month: 1, day: 1) + Int64(day)
                * Timestamp.millisecondsPerDay, open: open,
              high: max(open, prices[index]), low: min(open, prices[index]),
              close: prices[index], volume: 1))
          // Most days no forecast is proved.
          let isProved = random[index].uniform() < 0.2
          alphas[index].append(isProved ? alpha * random[index].normal() : 0)
        }
        posteriors.append((0..<3).map { $0 == state ? 0.9 : 0.05 })
      }
      self.series = series
      self.posteriors = posteriors
      self.alphas = alphas
    }

    /// Realised volatility a year and mean gross exposure of a portfolio.
    func run(_ portfolio: Portfolio) async throws -> (volatility: Double, gross: Double) {
      let grid = BarGrid(series)
      let steps = 100..<grid.times.count
      let rules = AllocatorRules(
        allocator: try Allocator(settings: portfolio.allocation, limits: portfolio.limits),
        exit: series.map { portfolio.exit(for: $0.symbol) },
        decisionEvery: portfolio.decisionEvery, riskPeriodsPerYear: 365,
        staleAfter: 3 * Timestamp.millisecondsPerDay)
      let signals = series.indices.map { symbol in
        steps.map { step -> SymbolSignal in
          var size = 0.0
          for (posterior, own) in zip(posteriors[step], portfolio.regime.size) {
            size += posterior * own
          }
          return SymbolSignal(
            knownAt: grid.knownAt(step), parts: [], netAlpha: alphas[symbol][step], conviction: 0,
            alignment: .conflicted, regimeSize: min(1, size), regimeLabel: 0, regimeConfidence: 0.9)
        }
      }
      let decisionMaker = PortfolioRun(
        PortfolioAllocator(try AllocatorState(rules: rules, riskGrid: grid)), signals: signals,
        firstStep: steps.lowerBound)
      let run = try await StepLoop(grid: grid, costs: portfolio.costs, capital: portfolio.capital)
        .run(steps, decisionMaker)
      let summary = try PerformanceSummary(equity: run.equity, barsPerYear: 365)
      return (
        try #require(summary.annualisedVolatility),
        run.exposure.reduce(0, +) / Double(run.exposure.count)
      )
    }
  }

  /// - Parameters:
  ///   - volatility: of a symbol a year; the lowest binds no crypto profile's target.
  ///   - alpha: spread of what the forecasts are worth a year; bolder profiles tilt further, which at
  ///     the gross limit moves the exposure by a little.
  @Test(arguments: [
    ("crypto", 0.1, 0.0), ("crypto", 0.1, 0.3), ("crypto", 0.3, 0), ("crypto", 0.9, 0.3),
    ("equities", 0.1, 0), ("equities", 0.3, 0.3), ("equities", 0.9, 0),
  ])
  func `volatility and mean gross rise from conservative to aggressive in every market`(
    market: String, volatility: Double, alpha: Double
  ) async throws {
    let slack = alpha == 0 ? 1.001 : 1.03
    let portfolios = try Portfolio.Profile.allCases.map {
      try resolve(
        "symbols: [A, B, C, D]\ntimeframes: {1d: 1}\nmarket: \(market)\n", profile: $0
      ).portfolio
    }
    var isAbove = 0
    for seed in 0..<10 {
      let market = DailyMarket(seed: UInt64(seed), volatility: volatility, alpha: alpha)
      var found: [(volatility: Double, gross: Double)] = []
      for portfolio in portfolios { found.append(try await market.run(portfolio)) }
      for (lower, higher) in zip(found, found.dropFirst()) {
        #expect(lower.volatility <= higher.volatility * slack, "seed \(seed): \(found)")
        #expect(lower.gross <= higher.gross * slack, "seed \(seed): \(found)")
        if higher.volatility > lower.volatility * 1.1 { isAbove += 1 }
      }
      #expect(found.allSatisfy { $0.gross > 0.02 && $0.volatility > 0.01 })
    }
    // In a wild market every step up is a real one.
    if volatility == 0.9 { #expect(isAbove == 20) }
  }
}
