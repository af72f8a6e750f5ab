public import Models
public import SignalGraph
import Synchronization

/// How far a training has come, and what has just happened.
public struct TrainingProgress: Sendable {
  public enum Event: Sendable {
    /// Something in the fit of a pool.
    case fit(FitContext.Event)
    /// A bundle is in its place.
    case written(NodeKey, id: String)
    /// All bundles of a pool are.
    case jobDone
  }

  public var event: Event
  /// The job that it belongs to.
  public var job: String
  /// Jobs done and in all.
  public var done: Int
  public var total: Int
  /// Cost units done and in all, for an estimate of the time left; a job's networks count as they are
  /// done.
  public var costDone: Int
  public var costTotal: Int
}

/// Counts what the jobs of a training report, from whatever thread.
final class TrainingLedger: Sendable {
  private struct Counts {
    var done = 0
    var costDone = 0
    /// What jobs under way have had counted already.
    var partly: [String: Int] = [:]
  }

  private let counts = Mutex(Counts())
  private let total: Int
  private let costTotal: Int
  private let report: @Sendable (TrainingProgress) -> Void

  init(_ jobs: [TrainingJob], report: @escaping @Sendable (TrainingProgress) -> Void) {
    total = jobs.count
    costTotal = jobs.reduce(0) { $0 + $1.cost }
    self.report = report
  }

  func add(_ event: TrainingProgress.Event, of job: TrainingJob) {
    // Reported under the lock, so that counts never run backwards for who listens.
    counts.withLock { counts in
      switch event {
      case .fit(.memberDone):
        counts.costDone += job.networkCost
        counts.partly[job.name, default: 0] += job.networkCost
      case .jobDone:
        counts.done += 1
        counts.costDone += job.cost - (counts.partly.removeValue(forKey: job.name) ?? 0)
      case .fit, .written: break
      }
      report(
        TrainingProgress(
          event: event, job: job.name, done: counts.done, total: total,
          costDone: counts.costDone, costTotal: costTotal))
    }
  }
}
