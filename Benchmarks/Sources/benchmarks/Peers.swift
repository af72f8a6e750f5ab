import Foundation

/// What another program needed for the same work.
struct PeerMeasurement {
  /// The program and its version.
  let peer: String
  /// Seconds of the best repetition.
  let best: Double
  /// Its counterpart of `Measurement.value`; nil where the results are not comparable.
  let value: Double?
}

/// Runs the Python peers, one process a theme, on inputs that it hands them as files.
@MainActor
struct Peers {
  let python: String
  let script: String
  let inputs: URL

  /// Where `python3 -m venv` of the README puts its interpreter.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Nil when the virtual environment has not been made.
  init?() throws {
    python = Peers.folder.appendingPathComponent(".venv/bin/python").path
    script = Peers.folder.appendingPathComponent("peers/run.py").path
    guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    inputs = FileManager.default.temporaryDirectory
      .appendingPathComponent("regimefolio-benchmarks-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: inputs, withIntermediateDirectories: true)
  }

  /// Hands over an array: float64, little endian, no header.
  func share(_ name: String, _ values: [Double]) throws {
    let data = values.withUnsafeBytes { Data($0) }
    try data.write(to: inputs.appendingPathComponent("\(name).f64"))
  }

  /// Measures a theme. Returns what each peer needed, by the name of the work.
  func measure(_ theme: String, filter: String) throws -> [String: [PeerMeasurement]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script, inputs.path, theme, filter]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw PeerError.failed(theme: theme, status: process.terminationStatus)
    }
    var found: [String: [PeerMeasurement]] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let best = Double(fields[2]) else {
        throw PeerError.unreadable(line: String(line))
      }
      found[fields[0], default: []].append(
        PeerMeasurement(peer: fields[1], best: best, value: Double(fields[3])))
    }
    return found
  }

  /// Removes what was handed over.
  func removeInputs() {
    do {
      try FileManager.default.removeItem(at: inputs)
    } catch {
      print("could not remove \(inputs.path): \(error)")
    }
  }
}

enum PeerError: Error, CustomStringConvertible {
  case failed(theme: String, status: Int32)
  case unreadable(line: String)

  var description: String {
    switch self {
    case .failed(let theme, let status):
      "the peers of \(theme) ended with status \(status); make Benchmarks/.venv anew (README.md)"
    case .unreadable(let line):
      "peers/run.py printed a line that is no measurement: \(line)"
    }
  }
}
