import Foundation
import Research

/// This very program run once more, in a process of its own.
struct ChildProcess {
  /// What it left behind.
  struct Outcome {
    /// The exit code; 128 and the signal's number after a crash or a kill.
    var status: Int32
    var output: String
    var errors: String
    var wasKilled: Bool
    var seconds: Double
  }

  var arguments: [String]
  /// Changes of the environment; nil takes a variable away.
  var environment: [String: String?] = [:]

  /// Runs it to its end, or until `isDue` says that it must be killed.
  /// - Parameters:
  ///   - interval: seconds between two questions.
  ///   - isDue: whether it must be killed now.
  func run(
    in scratch: ScratchFolder, asking interval: Double = 0.001,
    killedWhen isDue: (() -> Bool)? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    let name = UUID().uuidString
    let (output, errors) = (scratch.file("\(name).out"), scratch.file("\(name).err"))
    try Data().write(to: output)
    try Data().write(to: errors)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let start = ContinuousClock.now
    try process.run()
    var wasKilled = false
    if let isDue {
      while process.isRunning {
        if isDue() {
          wasKilled = kill(process.processIdentifier, SIGKILL) == 0
          break
        }
        Thread.sleep(forTimeInterval: interval)
      }
    }
    process.waitUntilExit()
    let elapsed = (ContinuousClock.now - start).components
    let isKilled = wasKilled && process.terminationReason == .uncaughtSignal
    let outcome = Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self), wasKilled: isKilled,
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    try FileManager.default.removeItem(at: output)
    try FileManager.default.removeItem(at: errors)
    return outcome
  }

  /// Variables that would make Swift's hashing the same in every process.
  static let ownHashSeed: [String: String?] = ["SWIFT_DETERMINISTIC_HASHING": nil]

  /// Takes the C library's fast paths away: its functions then round differently.
  static let otherLibraryPath: [String: String?] = [
    "SWIFT_DETERMINISTIC_HASHING": nil,
    "GLIBC_TUNABLES":
      "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX2_Usable,-FMA_Usable,-AVX512F,-AVX512DQ",
  ]
}
