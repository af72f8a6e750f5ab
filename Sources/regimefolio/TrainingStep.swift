import Foundation
import Market
import Models
import Report
import Research
import SignalGraph
import Signals
import Store

/// Training as the commands share it.
enum TrainingStep {
  struct Outcome {
    var written: Int
    var reused: Int
    var gates: [String]
    /// Symbols that have no models, and in which fold, in words.
    var excluded: [String]
    /// Symbols that begin long after the others, regime models that tell next to nothing, and what cannot
    /// be cleared away, in words.
    var warnings: [String]
    /// Numbers of states that BIC chose, where they differ.
    var notes: [String]
    var trained: Workspace.Trained
  }

  /// Training that nobody has gone on with for so many days is forgotten.
  private static let checkpointDays = 30.0
  /// No write of a model takes so long.
  private static let leftoverDays = 1.0

  static func run(_ workspace: Workspace, quiet: Bool, verbose: Bool = false) async throws
    -> Outcome
  {
    let trainer = ModelTrainer(
      workspace.portfolio, file: workspace.typed, store: workspace.store)
    let line = ProgressLine(quiet: quiet, verbose: verbose)
    if workspace.plan.jobs.isEmpty { try workspace.plan.requireServing() }
    var written = try await trainer.train(
      workspace.plan, tables: workspace.tables, workers: workspace.workers
    ) { progress in line.show(progress) }
    let combinatorial = try workspace.combinatorialPlan()
    if let combinatorial {
      written += try await trainer.train(
        combinatorial.plan, tables: workspace.tables, workers: workspace.workers
      ) { progress in line.show(progress) }
    }
    let (models, skill) = try await workspace.trained()
    try ServingModels.activate(workspace.plan, skill: skill, store: workspace.store)
    var total = 0
    func list(_ models: FoldModels, _ window: (Fold, Timeframe) -> TrainingWindow) throws {
      for fold in models.folds {
        for (key, bundle) in models.nodes(of: fold) {
          total += 1
          try TrainingStep.index(key, bundle, fold, window(fold, key.timeframe), in: workspace)
        }
      }
    }
    try list(models, workspace.plan.folds.window)
    if let combinatorial {
      try list(try trainer.load(combinatorial.plan)) { fold, timeframe in
        combinatorial.window(combinatorial.splits[fold.index], timeframe)
      }
    }
    let warnings =
      try workspace.history.lateListingNotes(workspace.portfolio) + models.regimeWarnings
    return Outcome(
      written: written, reused: total - written, gates: gates(workspace, skill),
      excluded: workspace.excluded
        + (workspace.plan.notes + (combinatorial?.plan.notes ?? [])).filter(\.isExclusion).map {
          "\($0.timeframe) \($0.fold.name): \($0.text)"
        },
      warnings: warnings + clear(workspace.store), notes: models.regimeStateNotes,
      trained: (models, skill))
  }

  /// Deletes what killed trainings have left. Returns what to warn of: a folder that cannot be read is
  /// no reason to lose a training that is finished.
  private static func clear(_ store: ModelStore) -> [String] {
    _ = store.removeCheckpoints(before: Date(timeIntervalSinceNow: -86_400 * checkpointDays))
    do {
      _ = try store.removeLeftovers(before: Date(timeIntervalSinceNow: -86_400 * leftoverDays))
      return []
    } catch {
      return ["what killed trainings have left is not cleared away: \(error)"]
    }
  }

  /// Enters a model in the database's list.
  private static func index(
    _ key: NodeKey, _ bundle: FoldModels.Bundle, _ fold: Fold, _ window: TrainingWindow,
    in workspace: Workspace
  ) throws {
    let folder = try workspace.store.folder(key.symbol, key.timeframe, id: bundle.id)
    try workspace.database.indexModel(
      StoredModel(
        symbol: key.symbol, timeframe: key.timeframe, id: bundle.id, path: folder.path,
        trainingStart: window.from ?? workspace.history.series(key).times[0],
        trainingEnd: window.to, summaryJSON: "{\"fold\":\"\(fold.name)\"}"))
  }

  private static func gates(_ workspace: Workspace, _ skill: SkillHistory) -> [String] {
    workspace.portfolio.timeframes.map { weight in
      let calibration = skill.calibration(weight.timeframe, of: workspace.plan.folds.serving)
      return "forecast of \(weight.timeframe): \(GateWording.short(calibration, .terminal))"
    }
  }
}
