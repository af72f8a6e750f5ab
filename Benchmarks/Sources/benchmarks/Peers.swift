import Foundation

/// The Python peers of a theme: one process that does a slice of work whenever it is asked.
///
/// Asked by a line `WORK<tab>SECONDS` it answers a line for each peer, `PEER<tab>BEST<tab>VALUE<tab>
/// BYTES`, then a dot.
@MainActor
final class Peers {
  /// The folder of this package.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The interpreter that `make peers` installs; nil where it has not been.
  static var python: String? {
    let path = folder.appendingPathComponent(".venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  private let theme: String
  private let inputs: URL
  private var process: Process?
  private var requests: FileHandle?
  private var answers: FileHandle?
  private var unread = Data()

  /// Nil without an interpreter. The process starts with the first question.
  init?(_ theme: String, inputs: URL) {
    guard Peers.python != nil else { return nil }
    self.theme = theme
    self.inputs = inputs
  }

  /// Has each peer of a piece of work do it for a slice of time, at least once.
  func measure(_ work: String, seconds: Double) throws -> [Measurement] {
    try start()
    try requests?.write(contentsOf: Data("\(work)\t\(seconds)\n".utf8))
    var found: [Measurement] = []
    while true {
      let line = try nextLine()
      if line == "." { return found }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let best = Double(fields[1]) else {
        throw PeerError.unreadable(line: line)
      }
      found.append(
        Measurement(
          side: fields[0], best: best, peakMemory: Int(fields[3]), value: Double(fields[2])))
    }
  }

  private func start() throws {
    guard process == nil, let python = Peers.python else { return }
    let (questions, replies) = (Pipe(), Pipe())
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      Peers.folder.appendingPathComponent("peers/run.py").path, inputs.path, theme,
    ]
    process.environment = Peers.environment
    process.standardInput = questions
    process.standardOutput = replies
    try process.run()
    self.process = process
    requests = questions.fileHandleForWriting
    answers = replies.fileHandleForReading
  }

  /// Without what would make a peer slower than it is: a kernel that was forced on OpenBLAS.
  static var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter {
      !["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"].contains($0.key)
    }
  }

  private func nextLine() throws -> String {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[unread.startIndex..<end], as: UTF8.self)
        unread = Data(unread[unread.index(after: end)...])
        return line
      }
      guard let answers, case let more = answers.availableData, !more.isEmpty else {
        throw PeerError.ended(theme: theme)
      }
      unread += more
    }
  }

  isolated deinit {
    // The process ends with its input.
    try? requests?.close()
    process?.waitUntilExit()
  }
}

enum PeerError: Error, CustomStringConvertible {
  case ended(theme: String)
  case unreadable(line: String)

  var description: String {
    switch self {
    case .ended(let theme):
      "the peers of \(theme) ended early; what they said stands above. Install them anew with "
        + "`make peers`"
    case .unreadable(let line):
      "peers/run.py printed a line that is no measurement: \(line)"
    }
  }
}
