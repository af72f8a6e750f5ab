import ArgumentParser
import Foundation
import Store

/// A failure that the user can mend, in one line.
struct Failure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }

  /// Prints an error of a command as one line on stderr and gives its exit code.
  static func report(_ error: any Error, of command: (some ParsableCommand).Type) -> Int32 {
    let parserCode = command.exitCode(for: error)
    if parserCode == .success {
      print(command.fullMessage(for: error))
      return 0
    }
    // The parser's own errors carry usage; all others are the program's.
    if parserCode == .validationFailure {
      note(command.fullMessage(for: error))
      return 2
    }
    if let code = error as? ExitCode { return code.rawValue }
    note(
      "error: \((error as? any CustomStringConvertible)?.description ?? error.localizedDescription)"
    )
    if case StoreError.busy = error { return 75 }
    return 1
  }

  private static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
