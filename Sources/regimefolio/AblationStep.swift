import Kernels
import Research
import Store

/// The run without one of its parts at a time, of the same bars and models.
enum AblationStep {
  /// Runs and counts every ablation, then sums up the whole beside them.
  static func run(_ workspace: Workspace) async throws -> FinishedRun {
    let whole = try await BacktestStep.count(workspace)
    var rows = [
      try whole.backtest.ablationRow(whole.outcome, name: "the whole", whole: nil)
    ]
    for ablation in Ablation.all(of: workspace.portfolio) {
      let backtest = whole.backtest.without(ablation)
      let outcome = try await backtest.run(withBaselines: false)
      var key = SHA256()
      key.update(whole.key)
      key.update(ablation.name)
      try workspace.database.recordTrial(
        StoredTrial(
          portfolio: workspace.portfolio.name, key: key.hex(), kind: "ablation",
          objective: try backtest.sharpePerStep(outcome),
          specJSON: TrialSample(backtest, outcome).specJSON))
      rows.append(
        try backtest.ablationRow(outcome, name: ablation.name, whole: whole.outcome))
    }
    // Every trial is counted before the whole is judged.
    var finished = try await BacktestStep.report(whole, workspace)
    let report = AblationReport(rows: rows)
    finished.report.ablation = report
    finished.report.overfitting = try OverfittingReport(report.variants)
    return finished
  }
}
