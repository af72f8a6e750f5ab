import Kernels
import Models
import Synchronization
import Testing

@Suite struct WorkSlotsTests {
  private final class Load: Sendable {
    private let state = Mutex((now: 0, most: 0))
    var most: Int { state.withLock { $0.most } }

    func during<Result>(_ work: () -> Result) -> Result {
      state.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      defer { state.withLock { $0.now -= 1 } }
      return work()
    }
  }

  private final class Log: Sendable {
    let isHeld = Mutex(true)
    /// Ten times its rank and when it came, of each in the order in which they ran.
    let order = Mutex<[Int]>([])
  }

  /// Something to do that no compiler leaves out.
  private static func spin(_ seed: UInt64) -> UInt64 {
    var random = CounterRandom(seed: seed, path: ["spin"])
    return (0..<20_000).reduce(0) { sum, _ in sum &+ random.next() }
  }

  @Test(arguments: [1, 2, 5])
  func `no more run at a time than there are slots, and results keep their order`(
    count: Int
  ) async throws {
    let (slots, load) = (WorkSlots(count), Load())
    // Two callers share the slots.
    async let first = slots.map(Array(0..<40), rank: 0) { item in
      load.during { WorkSlotsTests.spin(UInt64(item)) }
    }
    async let second = slots.map(Array(40..<80), rank: 1) { item in
      load.during { WorkSlotsTests.spin(UInt64(item)) }
    }
    let found = try await first + second
    #expect(found == (0..<80).map { WorkSlotsTests.spin(UInt64($0)) })
    #expect(load.most <= count)
  }

  @Test func `the urgent go before those that came earlier`() async throws {
    let (slots, log) = (WorkSlots(1), Log())
    try await withThrowingTaskGroup(of: Void.self) { group in
      // Holds the only slot until everyone waits.
      group.addTask {
        try await slots.run(rank: 0) { while log.isHeld.withLock({ $0 }) {} }
      }
      while await slots.free > 0 { await Task.yield() }
      for (arrived, rank) in [3, 1, 2, 1].enumerated() {
        group.addTask {
          try await slots.run(rank: rank) {
            log.order.withLock { $0.append(10 * rank + arrived) }
          }
        }
        while await slots.waiters <= arrived { await Task.yield() }
      }
      log.isHeld.withLock { $0 = false }
      try await group.waitForAll()
    }
    #expect(log.order.withLock { $0 } == [11, 13, 22, 30])
  }

  @Test func `an error frees its slot and reaches the caller`() async throws {
    struct Refused: Error {}
    let slots = WorkSlots(1)
    for _ in 0..<3 {
      await #expect(throws: Refused.self) {
        try await slots.run(rank: 0) { throw Refused() }
      }
    }
    #expect(try await slots.map([1, 2, 3], rank: 0) { $0 * 2 } == [2, 4, 6])
  }
}
