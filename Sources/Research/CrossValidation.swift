import Engine
import Market
import Models
import SignalGraph
import Statistics

/// Runs a portfolio along every path of a `CombinatorialPlan`.
///
/// A path is a backtest like any other: one account through all groups, each group's signals from the
/// models that had not seen it, each gate on the record of the path's groups before. The first group's
/// gates are shut, since nothing is known of the models then.
public struct CrossValidation: Sendable {
  public let portfolio: Portfolio
  public let history: MarketHistory
  public let plan: CombinatorialPlan
  /// Of all splits.
  public let models: FoldModels
  public let workers: Int

  public init(
    _ portfolio: Portfolio, history: MarketHistory, plan: CombinatorialPlan, models: FoldModels,
    workers: Int
  ) {
    self.portfolio = portfolio
    self.history = history
    self.plan = plan
    self.models = models
    self.workers = workers
  }

  /// The backtest of a path.
  public func backtest(_ path: Int, tables: NodeTables) async throws -> Backtest {
    let own = plan.models(path, of: models)
    let skill = try await SkillHistory(
      portfolio, history: history, tables: tables, models: own, workers: workers)
    return Backtest(
      portfolio, history: history, plan: plan.plan, models: own, skill: skill, workers: workers)
  }

  /// Runs all paths, and the baselines over the same dates at the same costs.
  public func report(tables: NodeTables) async throws -> CrossValidationReport {
    let perYear = history.calendar.barsPerYear(max(portfolio.primary, .d1))
    var paths: [CrossValidationReport.Path] = []
    var baselines: [(name: String, sharpe: Double?)] = []
    for path in 0..<plan.pathCount {
      let outcome = try await backtest(path, tables: tables).run(withBaselines: path == 0)
      let curve = EquityCurve(outcome.run, of: portfolio)
      let summary = try RunCurve(
        name: "path \(path + 1)", run: outcome.run, curve: curve, stepsPerYear: perYear,
        resamples: StationaryBootstrap.ofReport(steps: curve.returns.count)?
          .resamples(of: curve.returns.count))
      paths.append(CrossValidationReport.Path(curve: summary, runHash: outcome.run.hash))
      for (baseline, run) in outcome.baselines {
        // Cash is what ratios are above: it has none.
        let sharpe =
          baseline == .cash
          ? nil
          : try EquityCurve(run, of: portfolio).performance(stepsPerYear: perYear).sharpe
        baselines.append((baseline.rawValue, sharpe))
      }
    }
    var report = CrossValidationReport(
      groups: plan.groups.count, testGroups: plan.splits[0].groups.count,
      splits: plan.splits.count, purge: 1, embargo: portfolio.split.embargo, paths: paths,
      baselines: [])
    let sharpes = report.sharpes
    report.baselines = baselines.map { name, sharpe in
      CrossValidationReport.Baseline(
        name: name, sharpe: sharpe,
        pathsAbove: sharpes.count { own in sharpe.map { own > $0 } ?? (own > 0) })
    }
    return report
  }
}
