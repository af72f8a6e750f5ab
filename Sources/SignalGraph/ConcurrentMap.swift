/// Returns the results of `work` over `items` in their order, running at most `workers` at a time.
///
/// The order of the results, and so of everything computed from them, does not depend on the number
/// of workers.
public func concurrentMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], workers: Int, _ work: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
  precondition(workers >= 1)
  var results: [Result?] = Array(repeating: nil, count: items.count)
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var next = 0
    func start() {
      let index = next
      next += 1
      group.addTask { (index, try await work(items[index])) }
    }
    while next < min(workers, items.count) { start() }
    while let (index, result) = try await group.next() {
      results[index] = result
      if next < items.count { start() }
    }
  }
  return results.map { result in
    guard let result else { preconditionFailure("every item has a result") }
    return result
  }
}
