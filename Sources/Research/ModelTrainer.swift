public import Models
import SignalGraph

/// Fits what a plan asks for and is not there yet, and reads what is.
public struct ModelTrainer: Sendable {
  private let portfolio: Portfolio
  private let file: String
  private let store: ModelStore
  private let checkpointEvery: Double

  /// - Parameters:
  ///   - file: what a command takes to find the portfolio, for messages.
  ///   - checkpointEvery: the work after which a network under way is saved.
  public init(
    _ portfolio: Portfolio, file: String? = nil, store: ModelStore,
    checkpointEvery: Double = TrainingCheckpoints.usualWork
  ) {
    self.checkpointEvery = checkpointEvery
    self.portfolio = portfolio
    self.file = file ?? portfolio.name
    self.store = store
  }

  /// The jobs of which at least one bundle is missing, largest first.
  public func missing(_ plan: TrainingPlan) -> [TrainingJob] {
    plan.jobs.filter { job in
      !job.requests.allSatisfy { store.contains($0) }
    }.sorted { ($1.cost, $0.name) < ($0.cost, $1.name) }
  }

  /// Fits the missing jobs and writes each bundle as soon as it is ready.
  ///
  /// As many jobs are under way as there are workers, the largest first, and what they have to do
  /// (regimes of a node, a network of the ensemble) shares that many slots; so the last job keeps all
  /// of them busy, and no more jobs than workers hold their data. A job that was killed goes on from
  /// the checkpoints of its networks. No bit of a model depends on any of this.
  /// - Returns: the number of bundles written.
  public func train(
    _ plan: TrainingPlan, tables: NodeTables, workers: Int,
    progress: @escaping @Sendable (TrainingProgress) -> Void
  ) async throws -> Int {
    let jobs = missing(plan)
    // A kill between a pool's last bundle and the end of its checkpoints leaves them to nobody.
    let open = Set(jobs.map(\.id))
    for job in plan.jobs where !open.contains(job.id) {
      store.checkpoints(pool: job.id).remove()
    }
    let ledger = TrainingLedger(jobs, report: progress)
    let slots = WorkSlots(workers)
    return try await withThrowingTaskGroup(of: (job: TrainingJob, written: Int).self) { group in
      var queue = TrainingQueue(jobs)
      var underWay = 0
      var written = 0
      func start() {
        while underWay < workers, let (rank, job) = queue.next() {
          underWay += 1
          group.addTask {
            (job, try await fit(job, tables, slots: slots, rank: rank, ledger))
          }
        }
      }
      start()
      while let finished = try await group.next() {
        underWay -= 1
        written += finished.written
        queue.finish(finished.job)
        start()
      }
      return written
    }
  }

  /// Reads the models of every job of a plan.
  public func load(_ plan: TrainingPlan) throws -> FoldModels {
    var models = FoldModels()
    for job in plan.jobs {
      for request in job.requests {
        guard let bundle = try store.readBundle(request) else {
          throw ResearchError.modelMissing(
            request.key, fold: job.fold.name, portfolio: file)
        }
        models.insert(bundle, request.key, fold: job.fold)
      }
    }
    return models
  }

  private func fit(
    _ job: TrainingJob, _ tables: NodeTables, slots: WorkSlots, rank: Int, _ ledger: TrainingLedger
  ) async throws -> Int {
    let checkpoints = store.checkpoints(pool: job.id, everyWork: checkpointEvery)
    let context = FitContext(slots: slots, rank: rank, checkpoints: checkpoints) { event in
      ledger.add(.fit(event), of: job)
    }
    let fits: [NodeFit]
    do {
      fits = try await PoolTraining(portfolio).fit(
        job.requests.map { tables[$0.key] }, window: job.window, withForecast: job.withForecast,
        withVariance: job.withVariance, parents: try parents(of: job), in: context)
    } catch let error as TrainingError {
      throw ResearchError.training(error)
    }
    var written = 0
    for (request, fit) in zip(job.requests, fits) where !store.contains(request) {
      try store.write(fit, for: request)
      written += 1
      ledger.add(.written(request.key, id: request.id), of: job)
    }
    checkpoints.remove()
    ledger.add(.jobDone, of: job)
    return written
  }

  /// The networks that a job's start from; none without warm start.
  private func parents(of job: TrainingJob) throws -> [LSTMNetwork] {
    guard let parent = job.parent else { return [] }
    guard let bundle = try store.readBundle(parent.request), let forecast = bundle.model.forecast
    else {
      throw ResearchError.modelMissing(
        parent.request.key, fold: parent.fold.name, portfolio: file)
    }
    return forecast.members
  }
}
