import Foundation
import Testing

/// The built program, run as its users run it: arguments in; exit code, stdout and stderr out.
enum Program {
  /// The folder of the repository, whatever link led to this file.
  static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The executable that was built beside the running test bundle.
  static func executable() throws -> URL {
    let bundle = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    var folder = bundle.deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("regimefolio")
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder),
        !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: candidate.path)
      {
        return candidate
      }
      folder = folder.deletingLastPathComponent()
    }
    throw ProgramMissing(bundle: bundle.path)
  }

  /// Runs the program in a folder and waits for its end.
  ///
  /// - Parameters:
  ///   - environment: variables beside those of the tests.
  ///   - killedAfter: seconds after which it is killed with SIGKILL; nil lets it finish.
  ///   - isDue: asked every two milliseconds whether it is to be killed.
  ///   - program: another one that was built beside it.
  ///   - limit: seconds after which it hangs.
  static func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:],
    killedAfter: Double? = nil, killedWhen isDue: (() -> Bool)? = nil, program: URL? = nil,
    limit seconds: Double = 300
  ) throws -> ProgramRun {
    let process = Process()
    process.executableURL = try program ?? executable()
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "NO_COLOR" }
      .merging(environment) { $1 }
    // Files instead of pipes: no output is long enough to block the program.
    let streams = folder.appendingPathComponent(".streams-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
    let (output, errors) = (
      streams.appendingPathComponent("stdout"), streams.appendingPathComponent("stderr")
    )
    try Data().write(to: output)
    try Data().write(to: errors)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let limit = Date(timeIntervalSinceNow: killedAfter ?? seconds)
    try process.run()
    var wasDue = false
    while process.isRunning, Date() < limit, !wasDue {
      Thread.sleep(forTimeInterval: 0.002)
      wasDue = isDue?() ?? false
    }
    let isLate = process.isRunning
    if isLate { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    if isLate, killedAfter == nil, !wasDue {
      throw ProgramHangs(arguments: arguments, seconds: seconds)
    }
    let run = ProgramRun(
      arguments: arguments,
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    try FileManager.default.removeItem(at: streams)
    return run
  }
}

/// What one run of the program left behind.
struct ProgramRun: CustomTestStringConvertible {
  let arguments: [String]
  /// The exit code; 128 and the signal's number after a crash.
  let status: Int32
  let output: String
  let errors: String

  var outputLines: [Substring] { output.split(separator: "\n") }

  /// Stdout as one JSON document.
  func json() throws -> Any {
    try JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed)
  }

  /// Stdout as one JSON object.
  func object() throws -> [String: Any] {
    try #require(try json() as? [String: Any], "\(self)")
  }

  var testDescription: String {
    "regimefolio \(arguments.joined(separator: " "))\n[exit \(status)]\n"
      + "stdout: \(output.prefix(600))\nstderr: \(errors.prefix(1200))"
  }
}

/// The program does not lie above the test bundle.
struct ProgramMissing: Error, CustomStringConvertible {
  let bundle: String
  var description: String {
    "no executable `regimefolio` beside or above \(bundle); build it with "
      + "`swift build --build-tests`"
  }
}

/// The program had not finished in time.
struct ProgramHangs: Error, CustomStringConvertible {
  let arguments: [String]
  let seconds: Double
  var description: String {
    "killed after \(Int(seconds)) s: regimefolio \(arguments.joined(separator: " "))"
  }
}
