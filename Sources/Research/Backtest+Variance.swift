import Allocation
import Engine
import Kernels
import Market
import Models
import SignalGraph
import Signals
import Statistics

extension Backtest {
  /// Judges the variance forecasts of a run, and repeats it with the other `allocation.variance`.
  public func varianceReport(_ outcome: Outcome) async throws -> VarianceReport {
    var rows: [VarianceReport.Row] = []
    for timeframe in portfolio.timeframes.map(\.timeframe) {
      var pairs: [VariancePair] = []
      for (key, signals) in outcome.nodes where key.timeframe == timeframe {
        pairs += variancePairs(key, signals)
      }
      let served = bundles.filter { $0.key.timeframe == timeframe }.map(
        \.bundle.model.variance.method)
      rows.append(
        VarianceReport.Row(
          timeframe: timeframe, score: try VarianceScore(pairs),
          blends: served.count { $0 == .blend }, regressions: served.count { $0 == .har },
          benchmarks: served.count { $0 == .ewma }))
    }
    var report = VarianceReport(rows: rows, fallbacks: fallbacks, sizings: [])
    let risk = portfolio.riskTimeframe
    if !portfolio.timeframes.contains(where: { $0.timeframe == risk }) {
      report.sizingNote =
        "sizing by it is not compared: \(risk), on which risk is sized, is none of the timeframes"
    } else if rows.allSatisfy({ $0.timeframe != risk || $0.blends + $0.regressions == 0 }) {
      report.sizingNote = "sizing by it is not compared: on \(risk) EWMA serves throughout"
    } else {
      report.sizings = try await sizings(outcome)
    }
    return report
  }

  /// The models of the test windows, in order of time.
  private var bundles: [(fold: Fold, key: NodeKey, bundle: FoldModels.Bundle)] {
    plan.folds.outer.flatMap { fold in
      models.nodes(of: fold).map { (fold, $0.key, $0.bundle) }
    }
  }

  /// One line a timeframe, test window and model that had to do.
  private var fallbacks: [String] {
    var lines: [(what: String, nodes: [String])] = []
    for (fold, key, bundle) in bundles {
      guard let choice = bundle.varianceChoice, let reason = choice.reason else { continue }
      let served = bundle.model.variance.method == .har ? "the regression alone" : "EWMA"
      let what = "\(key.timeframe), \(fold.testFrom.date): \(served) serves"
      let node = "\(key.symbol) (\(reason))"
      if let index = lines.firstIndex(where: { $0.what == what }) {
        lines[index].nodes.append(node)
      } else {
        lines.append((what, [node]))
      }
    }
    return lines.map { line in
      let shown = line.nodes.prefix(3).joined(separator: ", ")
      let more = line.nodes.count > 3 ? " and \(line.nodes.count - 3) more" : ""
      return "\(line.what) \(shown)\(more)"
    }
  }

  /// What a node forecast at each bar, and the next bar's return unless slots are missing between.
  private func variancePairs(_ key: NodeKey, _ signals: [NodeSignal]) -> [VariancePair] {
    let series = history.series(key)
    var pairs: [VariancePair] = []
    var next = 0
    for index in 0..<max(0, series.count - 1) {
      while next < signals.count, signals[next].knownAt < series.knownAt(index) { next += 1 }
      guard next < signals.count else { break }
      let signal = signals[next]
      guard signal.knownAt == series.knownAt(index),
        series.knownAt(index + 1) <= plan.folds.serving.testFrom,
        series.calendar.missingSlots(
          from: series.times[index], to: series.times[index + 1], key.timeframe) == 0
      else { continue }
      pairs.append(
        VariancePair(
          knownAt: series.knownAt(index + 1), symbol: key.symbol, variance: signal.variance,
          benchmark: signal.targetVariance,
          outcome: Elementary.log(series.closes[index + 1] / series.closes[index])))
    }
    return pairs
  }

  private func sizings(_ outcome: Outcome) async throws -> [VarianceReport.Sizing] {
    var sizings: [VarianceReport.Sizing] = []
    for variance in AllocationSettings.Variance.allCases {
      let isOwn = portfolio.allocation.variance == variance
      var run = outcome.run
      if !isOwn {
        var other = portfolio
        other.allocation.variance = variance
        let signals = outcome.signals.map(\.signals)
        let decisionMaker = PortfolioRun(
          try PortfolioGraph(other, history: history).allocator(signals), signals: signals,
          firstStep: outcome.steps.lowerBound)
        let loop = StepLoop(
          grid: outcome.grid, costs: portfolio.costs, capital: portfolio.capital)
        run = try await loop.run(outcome.steps, decisionMaker)
      }
      let equity = EquityCurve(run, of: portfolio)
      let curve = try RunCurve(
        name: variance.rawValue, run: run, curve: equity,
        stepsPerYear: history.calendar.barsPerYear(max(portfolio.primary, .d1)),
        resamples: nil)
      sizings.append(
        VarianceReport.Sizing(
          variance: variance, isOwn: isOwn,
          volatility: curve.performance.annualisedVolatility,
          unsteadiness: unsteadiness(of: equity.returns), turnoverPerYear: curve.turnoverPerYear,
          costPerYear: curve.costPerYear, sharpe: curve.performance.sharpe,
          sharpePerStep: curve.performance.sharpePerBar, runHash: run.hash))
    }
    return sizings
  }
}
