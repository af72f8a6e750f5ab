import Foundation
import Market
import Models
import Research
import SignalGraph
import Synchronization
import Testing

/// A training that ends in its middle goes on from its checkpoints, and nobody can tell from its bundles.
@Suite struct TrainingResumeTests {
  private struct Stopped: Error {}

  /// A value that closures on several threads share.
  private final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    var now: Value { value.withLock { $0 } }

    func change(_ body: (inout sending Value) -> Void) { value.withLock { body(&$0) } }
  }

  private func portfolio() -> Portfolio {
    var portfolio = Portfolio.small(symbols: ["BTC", "ETH"])
    // Hours have four times the bars, and no other checkpoints.
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe != .h1 }
    portfolio.split.innerFolds = 0
    portfolio.split.folds = 1
    portfolio.forecast.epochs = 6
    portfolio.forecast.patience = 6
    return portfolio
  }

  private func files(_ store: ModelStore) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: store.root.path) {
      let file = store.root.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue { files[path] = try Data(contentsOf: file) }
    }
    return files
  }

  private func checkpoints(_ store: ModelStore) throws -> [String] {
    try files(store).keys.filter { $0.hasPrefix(".checkpoints/") }.sorted()
  }

  /// Trains with a checkpoint after every epoch, until `isLast` says that an event was the last one.
  ///
  /// A task that is cancelled ends at the next end of an epoch; what a checkpoint holds is on the disk
  /// before its epoch is reported, so the folder is then as after a kill.
  private func train(
    _ portfolio: Portfolio, _ store: ModelStore, workers: Int,
    log: @escaping @Sendable (FitContext.Event) -> Void = { _ in },
    until isLast: @escaping @Sendable (FitContext.Event) -> Bool = { _ in false }
  ) async throws -> Int {
    let history = try Laboratory.market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    let plan = try TrainingPlan(portfolio, history: history, tables: tables)
    let trainer = ModelTrainer(portfolio, store: store, checkpointEvery: 1)
    do {
      return try await trainer.train(plan, tables: tables, workers: workers) { progress in
        guard case .fit(let event) = progress.event else { return }
        log(event)
        // The fit that reports ends before its next epoch, and its error ends the others.
        if isLast(event) { withUnsafeCurrentTask { $0?.cancel() } }
      }
    } catch is CancellationError {
      throw Stopped()
    }
  }

  @Test(arguments: [1, 3])
  func `stopped again and again, it ends with the same bytes`(workers: Int) async throws {
    let portfolio = portfolio()
    let (whole, stopped) = (TemporaryStore(), TemporaryStore())
    let written = try await train(portfolio, whole.store, workers: 2)
    #expect(try checkpoints(whole.store).isEmpty)
    let resumed = Shared<[Int]>([])
    var stops = 0
    for epoch in [2, 3, 5] {
      do {
        _ = try await train(
          portfolio, stopped.store, workers: workers,
          log: { event in
            if case .resumed(_, let next) = event { resumed.change { $0.append(next) } }
          },
          until: { event in
            guard case .epoch(_, let now, _) = event else { return false }
            return now >= epoch
          })
      } catch is Stopped {
        stops += 1
      }
    }
    #expect(stops > 0)
    let last = try await train(
      portfolio, stopped.store, workers: workers,
      log: { event in
        if case .resumed(_, let next) = event { resumed.change { $0.append(next) } }
      })
    #expect(last > 0 && last <= written)
    // Some member had epochs behind it that were not run again.
    #expect(resumed.now.contains { $0 > 1 })
    #expect(try files(stopped.store) == files(whole.store))
  }

  @Test func `a damaged checkpoint is told of and costs time alone`() async throws {
    let portfolio = portfolio()
    let (whole, stopped) = (TemporaryStore(), TemporaryStore())
    _ = try await train(portfolio, whole.store, workers: 1)
    await #expect(throws: Stopped.self) {
      try await train(
        portfolio, stopped.store, workers: 1,
        until: { event in if case .epoch(_, let now, _) = event { now >= 2 } else { false } })
    }
    let names = try checkpoints(stopped.store)
    #expect(!names.isEmpty)
    for name in names {
      let file = stopped.store.root.appendingPathComponent(name)
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count - 7] ^= 0x20
      try bytes.write(to: file)
    }
    let discarded = Shared(0)
    _ = try await train(
      portfolio, stopped.store, workers: 1,
      log: { event in
        switch event {
        case .discarded(_, let reason):
          #expect(reason.contains("hash"))
          discarded.change { $0 += 1 }
        case .resumed: Issue.record("a damaged checkpoint was used")
        default: break
        }
      })
    #expect(discarded.now == names.count)
    #expect(try files(stopped.store) == files(whole.store))
  }

  /// As another training of the same pools does when it ends.
  @Test func `a folder of checkpoints that is taken away at any moment changes nothing`()
    async throws
  {
    let portfolio = portfolio()
    let (whole, robbed) = (TemporaryStore(), TemporaryStore())
    let written = try await train(portfolio, whole.store, workers: 2)
    let folder = robbed.store.root.appendingPathComponent(".checkpoints", isDirectory: true)
    let robber = Task.detached {
      while !Task.isCancelled {
        // It may not be there, or be written to.
        try? FileManager.default.removeItem(at: folder)
        try? await Task.sleep(for: .microseconds(100))
      }
    }
    defer { robber.cancel() }
    let again = try await train(
      portfolio, robbed.store, workers: 2,
      log: { event in
        if case .epoch = event { try? FileManager.default.removeItem(at: folder) }
      })
    robber.cancel()
    await robber.value
    #expect(again == written)
    #expect(try files(robbed.store) == files(whole.store))
  }

  @Test func `checkpoints that nobody goes on with are deleted, others stay`() async throws {
    let folder = TemporaryStore()
    await #expect(throws: Stopped.self) {
      try await train(
        portfolio(), folder.store, workers: 1,
        until: { event in if case .epoch = event { true } else { false } })
    }
    #expect(try !checkpoints(folder.store).isEmpty)
    #expect(folder.store.removeCheckpoints(before: Date(timeIntervalSinceNow: -3600)) == 0)
    #expect(try !checkpoints(folder.store).isEmpty)
    #expect(folder.store.removeCheckpoints(before: Date(timeIntervalSinceNow: 3600)) > 0)
    #expect(try checkpoints(folder.store).isEmpty)
    // They are no series of models.
    #expect(try folder.store.list().allSatisfy { $0.series != ".checkpoints" })
  }

  @Test func `what a kill left of a pool whose bundles are there goes with the next training`()
    async throws
  {
    let folder = TemporaryStore()
    await #expect(throws: Stopped.self) {
      try await train(
        portfolio(), folder.store, workers: 1,
        until: { event in if case .epoch = event { true } else { false } })
    }
    let left = try files(folder.store).filter { $0.key.hasPrefix(".checkpoints/") }
    #expect(try await train(portfolio(), folder.store, workers: 1) > 0)
    let whole = try files(folder.store)
    #expect(!left.isEmpty && whole.keys.allSatisfy { left[$0] == nil })
    // As if it had been killed after the last bundle.
    for (path, bytes) in left {
      let file = folder.store.root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
    }
    #expect(try await train(portfolio(), folder.store, workers: 1) == 0)
    #expect(try files(folder.store) == whole)
  }
}
