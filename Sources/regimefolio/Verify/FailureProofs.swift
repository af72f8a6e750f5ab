import Engine
import Foundation
import Market
import Models
import PortfolioFile
import Proofs
import Research
import SignalGraph
import Store

/// Promise 6: what is wrong ends in an error that names its place and what mends it.
///
/// Each attempt damages a copy of the user's own files and runs the program on it.
struct FailureProofs {
  enum Attempt: String, CaseIterable {
    case unknownKey = "an unknown key in the portfolio file"
    case wrongValue = "an impossible value in --set"
    case badRow = "a row whose high is below its low"
    case nanPrice = "a row whose close is NaN"
    case textPrice = "a row with text for a price"
    case flippedBar = "one bit of a stored price flipped"
    case missingBars = "a symbol without bars"
    case missingModel = "a fold's model removed"
    case truncatedBundle = "a model's tensors cut short"
    case emptyModels = "no models at all"
    case divergedFit = "a fit that diverges"
  }

  /// What can be tried: without a forecast there is no fit that could diverge.
  var attempts: [Attempt] {
    let hasForecast = verification.own.plan.jobs.contains(where: \.withForecast)
    return Attempt.allCases.filter { $0 != .divergedFit || hasForecast }
  }

  private let verification: Verification
  private let folder: URL

  init(_ verification: Verification) {
    self.verification = verification
    folder = verification.scratch.file("failures")
  }

  func proof(_ attempt: Attempt) throws -> Proof {
    var proof = Proof(
      .nothingFailsSilently, attempt.rawValue, compared: "exit code, parts of the error")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    switch attempt {
    case .unknownKey: try unknownKey(&proof)
    case .wrongValue:
      let arguments = ["check", verification.options.portfolio, "--set", "allocation.band=-3"]
      try expectFailure(
        arguments + database, status: 2, naming: ["--set allocation.band=-3"], &proof)
    case .badRow: try badRow(&proof) { $0[2] = "\(($0[3] as NSString).doubleValue / 2)" }
    case .nanPrice: try badRow(&proof) { $0[4] = "nan" }
    case .textPrice: try badRow(&proof) { $0[1] = "oops" }
    case .flippedBar: try flippedBar(&proof)
    case .missingBars:
      let names = (verification.workspace.portfolio.symbols.map(\.name) + ["NO/SUCH"]).map {
        "\"\($0)\""
      }
      let more = [
        "--set", "symbols=[\(names.joined(separator: ", "))]", "--set", "model.on_missing=error",
      ]
      try expectFailure(
        ["backtest"] + verification.options.arguments + more + place(models: nil),
        naming: ["NO/SUCH", "regimefolio ingest"], &proof)
    case .missingModel: try missingModel(&proof)
    case .truncatedBundle: try truncatedBundle(&proof)
    case .emptyModels:
      let models = folder.appendingPathComponent("none").path
      try expectFailure(
        ["backtest"] + verification.options.arguments + place(models: models),
        naming: ["regimefolio train", verification.options.portfolio], &proof)
    case .divergedFit: try divergedFit(&proof)
    }
    return proof
  }

  /// Trains with steps that are larger than any weight should be, and with so few of them that no
  /// network can come back: on long series Adam finds its way even at this rate.
  private func divergedFit(_ proof: inout Proof) throws {
    let wild = [
      "forecast.rate=1", "forecast.clip=1000000", "forecast.epochs=1", "forecast.seeds=1",
      "forecast.hidden=64", "forecast.batch=1024",
    ]
    let models = folder.appendingPathComponent("diverged")
    try expectFailure(
      ["train"] + verification.options.arguments + wild.flatMap { ["--set", $0] }
        + place(models: models.path) + ["--quiet"],
      naming: [
        "diverged in epoch 1", "loss", "at rate 1", "forecast.rate", "forecast.clip",
        "regimefolio train",
      ], &proof)
  }

  private var database: [String] { ["--db", verification.common.db] }

  /// Where a command finds bars and models. A backtest writes what it did: it gets a copy.
  private func place(models: String?) throws -> [String] {
    let copy = folder.appendingPathComponent("copy.sqlite")
    if !FileManager.default.fileExists(atPath: copy.path) {
      let sandbox = try Sandbox(verification, name: "failures-bars")
      try FileManager.default.copyItem(atPath: sandbox.database, toPath: copy.path)
    }
    return ["--db", copy.path, "--models", models ?? verification.common.models]
  }

  /// Runs the program, which must end with an error of one line that names all parts.
  private func expectFailure(
    _ arguments: [String], status: Int32 = 1, naming parts: [String], _ proof: inout Proof
  ) throws {
    let run = try ChildProcess(arguments: arguments).run(in: verification.scratch)
    proof.expect(
      run.status == status, "exit code \(run.status), expected \(status): \(run.errors.prefix(200))"
    )
    let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    proof.expect(lines.count == 1, "\(lines.count) lines of errors: \(run.errors.prefix(200))")
    for part in parts {
      proof.expect(
        run.errors.contains(part), "the error does not say \(part): \(run.errors.prefix(300))")
    }
  }

  private func unknownKey(_ proof: inout Proof) throws {
    let text = try String(contentsOfFile: verification.options.portfolio, encoding: .utf8)
    let copy = folder.appendingPathComponent("unknown-key.yaml")
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    lines.append("alocation: {band: 0.2}")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: copy)
    try expectFailure(
      ["check", copy.path] + database,
      naming: ["\(copy.path):\(lines.count):1", "alocation", "did you mean 'allocation'"], &proof)
  }

  /// Spoils one row of the user's bars and ingests them, leniently and strictly.
  /// - Parameter spoil: changes the fields time, open, high, low, close, volume.
  private func badRow(_ proof: inout Proof, _ spoil: (inout [String]) -> Void) throws {
    let history = verification.workspace.history
    let series = history.series(NodeKey(history.symbols[0], history.primary))
    let file = folder.appendingPathComponent("bad-row.csv")
    var lines = ["time,open,high,low,close,volume"]
    for bar in series.prefix(min(40, series.count)) {
      var fields =
        ["\(bar.time)"] + [bar.open, bar.high, bar.low, bar.close, bar.volume].map { "\($0)" }
      if lines.count == 20 { spoil(&fields) }
      lines.append(fields.joined(separator: ","))
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    let target = folder.appendingPathComponent("bad-row-\(UUID().uuidString).sqlite").path
    let arguments = [
      "ingest", file.path, "--symbol", "X", "--timeframe", series.timeframe.name, "--db", target,
      "--calendar", series.calendar.rawValue,
    ]
    try expectFailure(arguments + ["--strict"], naming: ["\(file.path):21:"], &proof)
    proof.expect(
      !FileManager.default.fileExists(atPath: target), "a refused file has left a database")
    let run = try ChildProcess(arguments: arguments).run(in: verification.scratch)
    proof.expect(run.status == 0, "the other rows were not kept: \(run.errors.prefix(200))")
    proof.expect(
      run.errors.contains("\(file.path):21:"), "the row left out is not told: \(run.errors)")
    let stored = try BarDatabase(path: target, access: .readOnly).bars("X", series.timeframe)
    proof.expect(
      stored.count == lines.count - 2, "\(stored.count) bars stored of \(lines.count - 2) good rows"
    )
  }

  /// Flips the last bit of a close in the file itself; SQLite's own checks do not see it.
  private func flippedBar(_ proof: inout Proof) throws {
    let sandbox = try Sandbox(verification, name: "flipped")
    let primary = verification.workspace.history.primary
    // Bars that the portfolio steps on, or those that they are made of: there may be others, which it never
    // reads.
    let read = sandbox.files.map { $0.series }.filter {
      $0.timeframe <= primary && primary.milliseconds % $0.timeframe.milliseconds == 0
    }
    // Of each symbol the coarsest of them, which its bars are made of.
    let series = Dictionary(grouping: read, by: \.symbol).values
      .compactMap { own in own.max { $0.timeframe < $1.timeframe } }
      .sorted { $0.symbol < $1.symbol }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: sandbox.database))
    let database = try BarDatabase(path: sandbox.database, access: .readOnly)
    for given in series {
      let bars = try database.bars(given.symbol, given.timeframe)
      guard let place = FailureProofs.lastCloseByte(of: bars, in: bytes) else { continue }
      bytes[place] ^= 1
      try bytes.write(to: URL(fileURLWithPath: sandbox.database))
      let arguments = ["--db", sandbox.database, "--models", verification.common.models]
      try expectFailure(
        ["backtest"] + verification.options.arguments + arguments,
        naming: [given.symbol.name, "not the ones that were ingested", "regimefolio ingest"], &proof
      )
      return
    }
    proof.fail(
      "no bar of \(primary) or finer whose prices have fractions was found in the database's file")
  }

  /// Where the last byte of a bar's close stands in a database's file, of a bar in the second half; nil
  /// where none is found. All four prices are looked for, since other series may hold the same close; a price
  /// without a fraction is stored as a whole number.
  private static func lastCloseByte(of bars: BarSeries, in bytes: Data) -> Data.Index? {
    for bar in bars.dropFirst(bars.count / 2) {
      let prices = [bar.open, bar.high, bar.low, bar.close]
      let pattern = Data(
        prices.flatMap { price in withUnsafeBytes(of: price.bitPattern.bigEndian) { Array($0) } })
      guard prices.allSatisfy({ $0 != $0.rounded() }), let found = bytes.range(of: pattern)
      else { continue }
      return found.upperBound - 1
    }
    return nil
  }

  /// A copy of the models that the portfolio's folds need.
  private func models(_ name: String) throws -> ModelStore {
    let copy = ModelStore(root: folder.appendingPathComponent(name))
    let store = verification.workspace.store
    for fold in verification.own.models.folds {
      for (key, bundle) in verification.own.models.nodes(of: fold) {
        let target = try copy.folder(key.symbol, key.timeframe, id: bundle.id)
        guard !FileManager.default.fileExists(atPath: target.path) else { continue }
        try FileManager.default.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          at: store.folder(key.symbol, key.timeframe, id: bundle.id), to: target)
      }
    }
    return copy
  }

  /// A node of the last test window, and its bundle's folder in a copy.
  private func victim(_ store: ModelStore) throws -> (key: NodeKey, folder: URL) {
    let outer = verification.own.plan.folds.outer
    let nodes = verification.own.models.nodes(of: outer[outer.count - 1])
    guard let node = nodes.first else { throw Failure("the last fold has no model") }
    return (
      node.key, try store.folder(node.key.symbol, node.key.timeframe, id: node.bundle.id)
    )
  }

  private func missingModel(_ proof: inout Proof) throws {
    let store = try models("missing")
    let (key, bundle) = try victim(store)
    try FileManager.default.removeItem(at: bundle)
    try expectFailure(
      ["backtest"] + verification.options.arguments + place(models: store.root.path),
      naming: ["\(key)", "fold", "regimefolio train \(verification.options.typed)"], &proof)
  }

  private func truncatedBundle(_ proof: inout Proof) throws {
    let store = try models("truncated")
    let (_, bundle) = try victim(store)
    let file = bundle.appendingPathComponent("model.safetensors")
    let whole = try Data(contentsOf: file)
    try whole.prefix(whole.count / 2).write(to: file)
    try expectFailure(
      ["backtest"] + verification.options.arguments + place(models: store.root.path),
      naming: [file.path, "damaged", "regimefolio train"], &proof)
  }
}
