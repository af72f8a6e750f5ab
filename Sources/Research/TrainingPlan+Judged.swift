extension TrainingPlan {
  /// The same plan without the serving models: what a backtest needs, and studies of many markets.
  public var judged: TrainingPlan {
    TrainingPlan(folds: folds, jobs: jobs.filter { $0.fold.kind != .serving }, notes: notes)
  }

  init(folds: FoldPlan, jobs: [TrainingJob], notes: [Note]) {
    self.folds = folds
    self.jobs = jobs
    self.notes = notes
  }
}
