public import Models
import SignalGraph

/// How far a training has come.
public struct TrainingProgress: Sendable {
  public var done: Int
  public var total: Int
  /// Cost units done and in all, for an estimate of the time left.
  public var costDone: Int
  public var costTotal: Int
  /// The job that has just ended.
  public var job: String
}

/// Fits what a plan asks for and is not there yet, and reads what is.
public struct ModelTrainer: Sendable {
  private let portfolio: Portfolio
  private let file: String
  private let store: ModelStore

  /// - Parameter file: what the user calls the portfolio, for messages.
  public init(_ portfolio: Portfolio, file: String? = nil, store: ModelStore) {
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
  /// - Returns: the number of bundles written.
  public func train(
    _ plan: TrainingPlan, tables: NodeTables, workers: Int,
    progress: @escaping @Sendable (TrainingProgress) async -> Void
  ) async throws -> Int {
    let jobs = missing(plan)
    let total = jobs.reduce(0) { $0 + $1.cost }
    let counter = ProgressCounter(total: jobs.count, costTotal: total)
    let written = try await concurrentMap(jobs, workers: workers) { job in
      let written = try fit(job, tables)
      await progress(await counter.advance(job))
      return written
    }
    return written.reduce(0, +)
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

  private func fit(_ job: TrainingJob, _ tables: NodeTables) throws -> Int {
    let training = PoolTraining(portfolio)
    let fits: [NodeFit]
    do {
      fits = try training.fit(
        job.requests.map { tables[$0.key] }, window: job.window, withForecast: job.withForecast,
        withVariance: job.withVariance)
    } catch {
      throw ResearchError.training(error)
    }
    var written = 0
    for (request, fit) in zip(job.requests, fits) where !store.contains(request) {
      try store.write(fit, for: request)
      written += 1
    }
    return written
  }
}

private actor ProgressCounter {
  private var progress: TrainingProgress

  init(total: Int, costTotal: Int) {
    progress = TrainingProgress(
      done: 0, total: total, costDone: 0, costTotal: costTotal, job: "")
  }

  func advance(_ job: TrainingJob) -> TrainingProgress {
    progress.done += 1
    progress.costDone += job.cost
    progress.job = job.name
    return progress
  }
}
