import Foundation
import GRDB
import Market
import Store

/// A folder of its own for one test, removed when the test lets it go.
final class TestFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("store-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  var databasePath: String { path + "/test.sqlite" }

  func database() throws -> BarDatabase { try BarDatabase(path: databasePath) }

  /// Writes a file and gives its path.
  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8))
  }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Opens the file behind the back of `BarDatabase`, as any SQLite client could.
  func sql<T>(_ body: (Database) throws -> T) throws -> T {
    let queue = try DatabaseQueue(path: databasePath)
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction(body)
  }

  func count(_ table: String) throws -> Int {
    try sql { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1 }
  }
}

/// The root of the repository.
let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Made-up bars: a walk whose every value has a short decimal text.
func madeUpBars(
  _ count: Int, from start: Timestamp = Timestamp(year: 2020, month: 1, day: 1),
  every timeframe: Timeframe = .h1, seed: UInt64 = 1
) -> [Bar] {
  var state = seed
  func next(_ bound: UInt64) -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double((state >> 33) % bound)
  }
  var close = 100.0
  return (0..<count).map { index in
    let open = close
    close = max(1, (open * 100 + next(401) - 200) / 100)
    let high = (max(open, close) * 100 + next(100)) / 100
    let low = max(0.01, (min(open, close) * 100 - next(100)) / 100)
    return Bar(
      time: start + Int64(index) * timeframe.milliseconds, open: open, high: max(high, open, close),
      low: min(low, open, close), close: close, volume: next(100_000) / 8)
  }
}

/// The text of a file with the usual header.
func csv(_ bars: [Bar], time: (Timestamp) -> String = { $0.description }) -> String {
  "time,open,high,low,close,volume\n"
    + bars.map {
      "\(time($0.time)),\($0.open),\($0.high),\($0.low),\($0.close),\($0.volume)\n"
    }.joined()
}
