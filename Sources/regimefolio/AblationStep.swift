import Kernels
import Research
import Store

/// The run without one of its parts at a time, of the same bars and models.
enum AblationStep {
  /// Runs every ablation, counts those that are runs of their own, then sums up the whole beside them.
  static func run(_ workspace: Workspace) async throws -> FinishedRun {
    let whole = try await BacktestStep.count(workspace)
    var report = AblationReport(rows: [
      try whole.backtest.ablationRow(whole.outcome, name: "the whole", whole: nil)
    ])
    for ablation in Ablation.all(of: workspace.portfolio) {
      let backtest = whole.backtest.without(ablation)
      let outcome = try await backtest.run(withBaselines: false)
      report.rows.append(
        try backtest.ablationRow(outcome, name: ablation.name, whole: whole.outcome))
      // What is not there to be taken out makes no other run.
      guard report.twin(of: report.rows.count - 1) == nil else { continue }
      var key = SHA256()
      key.update(whole.key)
      key.update(ablation.name)
      let columns = whole.sample.columns
      let sample = TrialSample(
        outcome.run, of: workspace.portfolio,
        settings: RunInputs.tried(workspace.resolved, columns, without: ablation.name),
        columns: columns)
      try workspace.database.recordTrial(
        StoredTrial(
          portfolio: workspace.portfolio.name, key: key.hex(), kind: "ablation",
          objective: try backtest.sharpePerStep(outcome), specJSON: try sample.specJSON))
    }
    // Every trial is counted before the whole is judged.
    var finished = try await BacktestStep.report(whole, workspace)
    finished.report.ablation = report
    finished.report.overfitting = try OverfittingReport(report.variants)
    return finished
  }
}
