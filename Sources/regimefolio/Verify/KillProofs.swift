import Foundation
import Market
import Models
import Proofs
import Research
import Store

/// Promise 8: the program is killed in the middle of its work and started again; nothing that was
/// acknowledged is lost, nothing is half-written, and the end is the same as without the kills.
struct KillProofs {
  /// Seconds between two looks at the models that a training has written. A look at those of thirty
  /// symbols costs milliseconds, which would be taken from the training.
  private static let patience = 0.02

  private let verification: Verification
  private let sandbox: Sandbox
  private let scratch: ScratchFolder

  init(_ verification: Verification, name: String) throws {
    self.verification = verification
    scratch = verification.scratch
    sandbox = try Sandbox(verification, name: name)
  }

  // MARK: - Ingest

  /// What one command ingests: files of one timeframe, which it is told, since rows that lie further apart
  /// are taken for bars of it only so.
  private struct Batch {
    let timeframe: Timeframe
    var files: [(series: SeriesInfo, path: String, bars: Int)] = []

    func arguments(_ target: String) -> [String] {
      ["ingest"] + files.map { $0.path } + ["--timeframe", timeframe.name, "--db", target]
    }
  }

  /// Kills ingests at several moments, looks at what is there, and ingests again.
  func ingest() throws -> Proof {
    var proof = Proof(
      .safe, "killed while ingesting, then ingested again", compared: "rows, acknowledged files")
    var (landed, kills, told, seconds) = (0, 0, 0, 0.0)
    for batch in try batches() {
      let whole = scratch.file("whole-\(batch.timeframe).sqlite").path
      let good = try ChildProcess(arguments: batch.arguments(whole)).run(in: scratch)
      guard good.status == 0 else {
        proof.fail("the ingest to be killed fails by itself: \(good.errors.prefix(200))")
        return proof
      }
      let acknowledged = batch.files.count { isTold($0.series, good.output) }
      proof.expect(
        acknowledged == batch.files.count,
        "proved nothing: an ingest acknowledges \(acknowledged) of its \(batch.files.count) files")
      told += acknowledged
      seconds += good.seconds
      for share in [0.15, 0.3, 0.45, 0.6, 0.75, 0.9] {
        kills += 1
        if try isKilled(batch, after: good.seconds * share, whole, &proof) { landed += 1 }
      }
    }
    if landed == 0 { proof.fail("proved nothing: no kill came in the middle of the work") }
    proof.notes.append(
      "\(landed) of \(kills) kills came in the middle of an ingest of "
        + "\(Int(seconds * 1000)) ms, which acknowledges \(counted(told, "file"))")
    return proof
  }

  /// The user's bars as far as they have closed, in files that name their symbol themselves.
  private func batches() throws -> [Batch] {
    let folder = scratch.file("named")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let database = try BarDatabase(path: sandbox.database, access: .readOnly)
    let now = Timestamp.clock
    var batches: [Batch] = []
    for (index, file) in sandbox.files.enumerated() {
      let info = file.series
      // An ingest leaves out what is still forming.
      let closed = try database.bars(info.symbol, info.timeframe).countKnown(at: now)
      guard closed > 0 else { continue }
      let lines = try String(contentsOfFile: file.path, encoding: .utf8).split(separator: "\n")
      let name = info.symbol.name.replacing("\"", with: "\"\"")
      var text = "symbol,\(lines[0])\n"
      for line in lines.dropFirst().prefix(closed) { text += "\"\(name)\",\(line)\n" }
      let path = folder.appendingPathComponent("\(index).csv").path
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let known = batches.firstIndex { $0.timeframe == info.timeframe }
      if known == nil { batches.append(Batch(timeframe: info.timeframe)) }
      batches[known ?? batches.count - 1].files.append((info, path, closed))
    }
    return batches
  }

  /// Kills the ingest of a batch, looks at what is there, and ingests again.
  /// - Returns: whether the kill came in the middle of it.
  private func isKilled(
    _ batch: Batch, after seconds: Double, _ whole: String, _ proof: inout Proof
  ) throws -> Bool {
    let target = scratch.file("killed-\(UUID().uuidString).sqlite").path
    let started = ContinuousClock.now
    let wait = Duration.seconds(seconds)
    let run = try ChildProcess(arguments: batch.arguments(target)).run(in: scratch) {
      ContinuousClock.now - started >= wait
    }
    if FileManager.default.fileExists(atPath: target) {
      try checkKilled(target, batch, acknowledged: run.output, &proof)
    }
    let again = try ChildProcess(arguments: batch.arguments(target)).run(in: scratch)
    proof.expect(again.status == 0, "the ingest after the kill: \(again.errors.prefix(200))")
    try compare(target, whole, &proof)
    return run.wasKilled
  }

  /// After a kill: the structure is whole, each file is in wholly or not at all, and what was told to
  /// be in is in.
  private func checkKilled(
    _ target: String, _ batch: Batch, acknowledged: String, _ proof: inout Proof
  ) throws {
    let database: BarDatabase
    do {
      database = try BarDatabase(path: target)
      try database.checkStructure()
      try database.verifyDigests()
    } catch {
      // A kill before the first transaction can leave a file without a table: nothing was told yet.
      proof.expect(acknowledged.isEmpty, "after a kill: \(error)")
      try? FileManager.default.removeItem(atPath: target)
      return
    }
    let stored = try database.series()
    for (info, _, bars) in batch.files {
      let found = stored.first { $0.symbol == info.symbol && $0.timeframe == info.timeframe }
      let rows = found?.count ?? 0
      proof.expect(
        rows == 0 || rows == bars,
        "after a kill \(rows) of \(bars) bars of \(info.symbol) \(info.timeframe) are there")
      proof.expect(
        !isTold(info, acknowledged) || rows == bars,
        "\(info.symbol) \(info.timeframe) was told to be in and is not")
    }
    try database.close()
  }

  /// Whether an ingest has said that a series is in.
  private func isTold(_ series: SeriesInfo, _ output: String) -> Bool {
    output.contains(IngestText.name(series.symbol, series.timeframe))
  }

  private func compare(_ target: String, _ whole: String, _ proof: inout Proof) throws {
    let (mine, theirs) = (
      try BarDatabase(path: target, access: .readOnly),
      try BarDatabase(path: whole, access: .readOnly)
    )
    let (a, b) = (try mine.series(), try theirs.series())
    proof.expect(a == b, "after kill and resumption other series are there")
    for info in b {
      let bars = try theirs.bars(info.symbol, info.timeframe)
      proof.values += bars.count
      let isSame = try mine.bars(info.symbol, info.timeframe) == bars
      if !isSame { proof.fail("the bars of \(info.symbol) \(info.timeframe) differ") }
    }
  }

  // MARK: - Training

  /// Kills a training at several moments, looks at what is there, and trains on to the end.
  func training() throws -> Proof {
    var proof = Proof(
      .safe, "killed while training, then trained on", compared: "model ids, bytes of all files")
    let whole = scratch.store("whole-models")
    let good = try train(into: whole)
    guard good.status == 0 else {
      proof.fail("the training to be killed fails by itself: \(good.errors.prefix(300))")
      return proof
    }
    let expected = try contents(of: whole)
    let bundles = try whole.list().count
    let killed = scratch.store("killed-models")
    var landed = 0
    for share in [0.0, 0.2, 0.4, 0.6, 0.8] {
      let due = Int(share * Double(bundles))
      let run = try train(into: killed) { (try? killed.list().count) ?? 0 > due }
      if run.wasKilled { landed += 1 }
      for entry in try killed.list() {
        let isWhole = killed.contains(entry.series, entry.timeframe, id: entry.id)
        proof.expect(
          isWhole, "after a kill the model \(entry.series) \(entry.timeframe) is not whole")
      }
    }
    let last = try train(into: killed)
    proof.expect(last.status == 0, "the training after the kills: \(last.errors.prefix(200))")
    let found = try contents(of: killed)
    proof.expect(
      found.keys.sorted() == expected.keys.sorted(), "other models are there than without kills")
    for (path, bytes) in expected {
      proof.expect(found[path] == bytes, "\(path) is not the same as without kills")
    }
    if landed == 0 { proof.fail("proved nothing: no kill came in the middle of the work") }
    proof.notes.append("\(landed) of 5 kills came in the middle, of \(bundles) models")
    return proof
  }

  /// Trains the portfolio with little of everything.
  private func train(into store: ModelStore, killedWhen isDue: (() -> Bool)? = nil) throws
    -> ChildProcess.Outcome
  {
    let little = [
      "forecast.epochs=1", "forecast.seeds=1", "split.every=none", "split.folds=2",
      "split.inner_folds=1",
    ]
    return try ChildProcess(
      arguments: ["train"] + verification.options.arguments + little.flatMap { ["--set", $0] }
        + ["--db", sandbox.database, "--models", store.root.path, "--quiet"]
        + ["--workers", "\(verification.common.workers)"]
    ).run(in: scratch, asking: KillProofs.patience, killedWhen: isDue)
  }

  /// Every file of a store by its path; temporary ones, which readers pass over, are left out.
  private func contents(of store: ModelStore) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: store.root.path) {
      let isTemporary = path.split(separator: "/").contains { $0.hasPrefix(".tmp-") }
      let file = store.root.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if isTemporary || !isThere || isFolder.boolValue { continue }
      files[path] = try Data(contentsOf: file)
    }
    return files
  }
}
