import Allocation
import Market
import Research
import SignalGraph
import Statistics

/// What does a way of sizing earn, and risk, on real series after costs?
///
/// One portfolio a method: the same bars, models, regimes, volatility target and costs, with another
/// prior. What is chosen among so many is chosen partly by luck, so the test is of the best of them.
package struct MethodStudy: Sendable {
  /// What the dates are not: new to the product's design.
  package static let designDates = """
    The defaults (prior, regime sizes, volatility target, band, how often to decide) were chosen on \
    these dates among 1 056 portfolio trials: 362 on the nine coins, 211 on the 31 stocks, the others \
    on the demo's coins and on six technology shares. What is out of sample are the models, not the \
    design.
    """

  package static let method = """
    Nine coins (1h .6, 4h .3, 1d .1; two years) and 31 stocks (1d .7, 1w .3; seven years), profile \
    balanced, costs of the market, four test windows, every default: regimes, forecasts behind \
    their gate, no-trade band. Only the prior differs; each row is one trial. \(designDates) Figures \
    are of daily closes; intervals are stationary bootstraps. Below the methods the baselines, at the \
    same costs and dates, without regimes and volatility target.
    """

  /// One universe under all methods.
  private struct Comparison {
    var universe: MarketUniverse
    var variants: VariantComparison
    /// The number of ways that were tried.
    var trials: Int
    /// Of the universe's files.
    var digest: String

    var own: BacktestReport { variants.variants[variants.own].report }

    /// The methods whose Sharpe ratio is above equal weight's beyond the 95 % interval, looked at one
    /// by one.
    var beyondChance: [String] {
      variants.variants.filter { variant in
        let interval = variant.report.baselines.first { $0.name == MethodStudy.market }?
          .sharpeAdvantageInterval
        return interval.map { $0.lowerBound > 0 } ?? false
      }.map(\.name)
    }
  }

  private static let market = Baseline.equalWeight.rawValue

  private static let header = [
    "universe", "method", "return a year %", "volatility %", "Sharpe [95 %]",
    "Sharpe less equal weight's [95 %]", "deepest drawdown %", "turnover a year", "costs a year %",
  ]

  func section(_ laboratory: Laboratory) async throws -> StudySection {
    var comparisons: [Comparison] = []
    for universe in MarketUniverse.portfolios {
      comparisons.append(try await comparison(universe, laboratory))
    }
    return StudySection(
      study: .methods, title: "Ways of sizing on real series",
      method: MethodStudy.method,
      findings: [],
      table: [MethodStudy.header] + comparisons.flatMap(rows),
      comparison: (comparisons.map(verdict) + [sources(comparisons)]).joined(separator: " "),
      command: Study.methods.command)
  }

  private func comparison(_ universe: MarketUniverse, _ laboratory: Laboratory) async throws
    -> Comparison
  {
    let base = try portfolio(universe)
    let bars = try laboratory.bars(universe)
    let market = try await StudiedMarket(bars, laboratory) {
      $0 = base
    }
    let skill = try await SkillHistory(
      base, history: market.history, tables: market.tables, models: market.models,
      workers: laboratory.workers)
    var runs: [(name: String, backtest: Backtest, outcome: Backtest.Outcome)] = []
    for method in SizingMethod.priors {
      var portfolio = base
      portfolio.allocation.prior = method
      let backtest = Backtest(
        portfolio, history: market.history, plan: market.plan, models: market.models, skill: skill,
        workers: laboratory.workers)
      runs.append((method.rawValue, backtest, try await backtest.run()))
      laboratory.note("methods, \(universe.name): \(method.rawValue)")
    }
    let sharpes = try runs.map { try $0.backtest.sharpePerStep($0.outcome) }
    let variants = try runs.enumerated().map { index, run in
      var others = sharpes
      others.remove(at: index)
      return VariantComparison.Variant(
        name: run.name,
        report: try run.backtest.report(
          run.outcome, trialSharpes: others, inputs: [], warnings: []),
        run: run.outcome.run)
    }
    var comparison = VariantComparison(variants, own: base.allocation.prior.rawValue)
    try comparison.testAgainstEqualWeight()
    return Comparison(
      universe: universe, variants: comparison, trials: runs.count, digest: bars.digest)
  }

  private func portfolio(_ universe: MarketUniverse) throws -> Portfolio {
    let isCrypto = universe.calendar == .continuous
    let names = universe.symbols.map(\.name).joined(separator: ", ")
    var portfolio = try evidencePortfolio(
      """
      symbols: [\(names)]
      timeframes: {\(isCrypto ? "1h: 0.6, 4h: 0.3, 1d: 0.1" : "1d: 0.7, 1w: 0.3")}
      market: \(isCrypto ? "crypto" : "equities")

      """)
    portfolio.split.start = universe.start
    portfolio.split.end = universe.end
    portfolio.split.folds = 4
    return portfolio
  }

  private func rows(_ comparison: Comparison) -> [[String]] {
    let methods = comparison.variants.variants.map { variant in
      let market = variant.report.baselines.first { $0.name == MethodStudy.market }
      return row(
        comparison.universe, variant.name, variant.report.portfolio,
        advantage: market?.sharpeAdvantage, market?.sharpeAdvantageInterval)
    }
    let baselines = comparison.own.baselines.map {
      row(comparison.universe, "*\($0.name)*", $0, advantage: nil, nil)
    }
    return methods + baselines
  }

  private func row(
    _ universe: MarketUniverse, _ name: String, _ curve: RunCurve,
    advantage: Double?, _ interval: ClosedRange<Double>?
  ) -> [String] {
    func share(_ value: Double?) -> String { value.map { fixed(100 * $0, 1, signed: true) } ?? "-" }
    let performance = curve.performance
    return [
      universe.name, name, share(performance.compoundAnnualGrowthRate),
      performance.annualisedVolatility.map { fixed(100 * $0, 1) } ?? "-",
      bracketed(performance.sharpe, curve.sharpeInterval),
      bracketed(advantage, interval),
      performance.maximumDrawdown.map { fixed(100 * $0.depth, 1) } ?? "-",
      fixed(curve.turnoverPerYear, 1), fixed(100 * curve.costPerYear, 2),
    ]
  }

  private func bracketed(_ value: Double?, _ interval: ClosedRange<Double>?) -> String {
    guard let value else { return "-" }
    let bounds = interval.map {
      " [\(fixed($0.lowerBound, 2, signed: true)), \(fixed($0.upperBound, 2, signed: true))]"
    }
    return fixed(value, 2, signed: true) + (bounds ?? "")
  }

  private func verdict(_ comparison: Comparison) -> String {
    let best = comparison.variants.variants.max {
      ($0.report.portfolio.performance.sharpe ?? 0) < ($1.report.portfolio.performance.sharpe ?? 0)
    }
    let chance = comparison.own.maxTest?.test.bestPValue.map { fixed($0, 2) } ?? "-"
    let deflated = best?.report.deflatedSharpe.map { percent($0, 0) } ?? "-"
    let beyond = comparison.beyondChance
    return """
      \(comparison.universe.name): \(comparison.trials) trials; the best by its Sharpe ratio is \
      \(best?.name ?? "none") (deflated for these alone, the ratio is above 0 with probability \(deflated)); \
      p of the best against equal weight, all of them looked at, \(chance); one by one, \
      \(beyond.isEmpty ? "none" : beyond.joined(separator: ", ")) beats equal weight at 95 %.
      """
  }

  private func sources(_ comparisons: [Comparison]) -> String {
    "The files, as `sha256sum FILES | sha256sum` in order of their names: "
      + comparisons.map { "`\($0.digest)` (\($0.universe.name))" }.joined(separator: ", ") + "."
  }
}
