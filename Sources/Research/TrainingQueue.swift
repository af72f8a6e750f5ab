/// The jobs of a training that are still to be begun: the largest first, each after its parent.
struct TrainingQueue {
  private let jobs: [TrainingJob]
  /// Indices of jobs whose parent is there, largest first.
  private var ready: [Int] = []
  /// The jobs that wait for a job, by the bundle that they start from.
  private var waiting: [String: [Int]] = [:]

  /// - Parameter jobs: largest first.
  init(_ jobs: [TrainingJob]) {
    self.jobs = jobs
    let coming = Set(jobs.flatMap { $0.requests.map(\.id) })
    for (index, job) in jobs.enumerated() {
      if let parent = job.parent?.request.id, coming.contains(parent) {
        waiting[parent, default: []].append(index)
      } else {
        ready.append(index)
      }
    }
  }

  /// Takes the next job, with its place in the order of sizes; nil where all that is left waits.
  mutating func next() -> (rank: Int, job: TrainingJob)? {
    guard !ready.isEmpty else { return nil }
    let rank = ready.removeFirst()
    return (rank, jobs[rank])
  }

  /// Lets the jobs begin that waited for this one.
  mutating func finish(_ job: TrainingJob) {
    for request in job.requests { ready += waiting.removeValue(forKey: request.id) ?? [] }
    ready.sort()
  }
}
