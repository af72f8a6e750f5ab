import Foundation
import Testing

/// A temporary folder with a database and models of its own, in which a test runs the program.
final class Workplace: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("regimefolio-\(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A copy of another workplace, to be changed freely.
  init(copyOf other: Workplace) throws {
    folder = other.folder.deletingLastPathComponent()
      .appendingPathComponent("regimefolio-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: other.folder, to: folder)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("\(folder.path) is left behind: \(error)")
    }
  }

  /// Runs a command on the database and the models of this folder.
  func run(
    _ arguments: String..., db: String = "bars.sqlite", models: String = "models"
  ) throws -> ProgramRun {
    try Program.run(arguments + ["--db", db, "--models", models], in: folder)
  }

  /// Runs the program with these arguments and no others.
  func bare(_ arguments: [String]) throws -> ProgramRun {
    try Program.run(arguments, in: folder)
  }

  /// Runs a line of a shell that finds the program as `regimefolio`.
  func shell(_ line: String) throws -> ProgramRun {
    let bin = try Program.executable().deletingLastPathComponent().path
    return try Program.run(
      ["-c", line], in: folder, environment: ["PATH": "\(bin):/usr/bin:/bin"],
      program: URL(fileURLWithPath: "/bin/sh"))
  }

  /// Runs what must succeed.
  @discardableResult
  func good(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramRun {
    try good(arguments, sourceLocation: sourceLocation)
  }

  /// The same with a list of arguments.
  @discardableResult
  func good(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramRun {
    let run = try Program.run(
      arguments + ["--db", "bars.sqlite", "--models", "models"], in: folder)
    try #require(run.status == 0, "\(run.testDescription)", sourceLocation: sourceLocation)
    return run
  }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: url(name), encoding: .utf8)
  }

  func holds(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: url(name).path)
  }

  /// Every file below a folder with its bytes.
  func files(in name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: url(name).path) {
      let file = url(name).appendingPathComponent(path)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue { files[path] = try Data(contentsOf: file) }
    }
    return files
  }
}

/// Bars by formula, for tests that need no market: `count` hours from 2010-01-01T00:00Z.
func hourlyBars(_ count: Int, from price: Double = 100) -> String {
  var text = "time,open,high,low,close,volume\n"
  for index in 0..<count {
    let (day, hour) = (index / 24 + 1, index % 24)
    precondition(day <= 31)
    let open = price + Double(index * 7 % 11)
    let close = price + Double((index + 1) * 7 % 11)
    let time = "2010-01-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00Z"
    text += "\(time),\(open),\(max(open, close) + 1),\(min(open, close) - 1),\(close),5\n"
  }
  return text
}
