import Foundation
import Market
import Models
import Research
import SignalGraph
import Testing

/// A run whose models have seen what they are judged on is not called out of sample.
@Suite struct LeakTests {
  @Test func `honest models leave no leak`() async throws {
    let trial = try await Laboratory.base.value
    #expect(trial.backtest.leaks.isEmpty)
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    #expect(report.isOutOfSample)
  }

  @Test func `L11: a bundle that says it saw its test window makes the run in sample`() async throws
  {
    let stored = try await Laboratory.storedUnskilled.value
    let (trial, folder) = (stored.trial, try stored.folder())
    let fold = trial.plan.folds.outer[0]
    let (key, bundle) = try #require(trial.models.nodes(of: fold).first)
    #expect(try #require(bundle.trainedTo) <= fold.testFrom)
    // The same tensors under the same name, trained an hour into the test window.
    let intact = try folder.store.read(key.symbol, key.timeframe, id: bundle.id)
    let late = fold.testFrom + 3_600_000
    var manifest = intact.manifest
    manifest.training.to = late.description
    let kept = try FileManager.default.subpathsOfDirectory(atPath: folder.store.root.path)
      .first { $0.hasSuffix(bundle.id) }
    try FileManager.default.removeItem(
      at: folder.store.root.appendingPathComponent(try #require(kept)))
    try folder.store.write(ModelBundle(manifest: manifest, tensors: intact.tensors))
    let models = try ModelTrainer(trial.portfolio, store: folder.store).load(trial.plan)
    let backtest = Backtest(
      trial.portfolio, history: trial.history, plan: trial.plan, models: models,
      skill: trial.skill, workers: 2)
    #expect(backtest.leaks.count == 1)
    #expect(backtest.leaks[0].contains("\(key)") && backtest.leaks[0].contains("\(late)"))
    let report = try backtest.report(trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    #expect(!report.isOutOfSample)
    #expect(report.warnings.first == backtest.leaks[0])
  }
}
