/// Lets at most so many pieces of work run at a time, the most urgent first.
///
/// Who waits for a slot is a suspended task, not a blocked thread.
public actor WorkSlots {
  private struct Waiter {
    var rank: Int
    var arrival: Int
    var resume: CheckedContinuation<Void, Never>
  }

  package private(set) var free: Int
  /// The most urgent last.
  private var waiting: [Waiter] = []
  private var arrivals = 0

  public init(_ count: Int) {
    precondition(count >= 1, "work needs a slot")
    free = count
  }

  package var waiters: Int { waiting.count }

  /// Runs a piece of work once a slot is free, off the actor.
  /// - Parameter rank: the lower, the earlier; those of one rank in the order of their arrival.
  /// - Throws: what the work throws, or `CancellationError` if its task was cancelled before.
  package nonisolated func run<Result: Sendable>(
    rank: Int, _ work: @Sendable () throws -> Result
  ) async throws -> Result {
    await take(rank)
    do {
      try Task.checkCancellation()
      let result = try work()
      await give()
      return result
    } catch {
      await give()
      throw error
    }
  }

  /// Returns the results of work over items, in the items' order.
  package nonisolated func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], rank: Int, _ work: @escaping @Sendable (Item) throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for (index, item) in items.enumerated() {
        group.addTask { (index, try await self.run(rank: rank) { try work(item) }) }
      }
      var results = [Result?](repeating: nil, count: items.count)
      for try await (index, result) in group { results[index] = result }
      return results.compactMap { $0 }
    }
  }

  private func take(_ rank: Int) async {
    if free > 0 {
      free -= 1
      return
    }
    arrivals += 1
    let arrival = arrivals
    await withCheckedContinuation { resume in
      let at = waiting.firstIndex { ($0.rank, $0.arrival) < (rank, arrival) } ?? waiting.count
      waiting.insert(Waiter(rank: rank, arrival: arrival, resume: resume), at: at)
    }
  }

  /// Hands the slot to the most urgent waiter, or leaves it free.
  private func give() {
    if let next = waiting.popLast() {
      next.resume.resume()
    } else {
      free += 1
    }
  }
}
