import ArgumentParser
import Foundation
import PortfolioFile
import Store

/// A failure that the user can mend, in one line.
struct Failure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }

  /// Prints an error of a command on stderr and gives its exit code: one line, and for a usage error
  /// where to read on.
  static func report(_ error: any Error, of command: (some ParsableCommand).Type) -> Int32 {
    let parserCode = command.exitCode(for: error)
    if parserCode == .success {
      print(command.fullMessage(for: error))
      return 0
    }
    if parserCode == .validationFailure { return usage(command.message(for: error), command) }
    if let error = error as? PortfolioFileError, error.isAboutArgument {
      return usage(error.description, command)
    }
    if let code = error as? ExitCode { return code.rawValue }
    // Foundation's own errors print as a dump; what they say to a user is one sentence.
    let isFoundations = type(of: error) is NSError.Type
    note("error: \(isFoundations ? error.localizedDescription : "\(error)")")
    if case StoreError.busy = error { return 75 }
    return 1
  }

  private static func usage(_ message: String, _ command: (some ParsableCommand).Type) -> Int32 {
    let words = ["regimefolio", CommandName.path(CommandLine.arguments, of: command), "--help"]
    let help = words.filter { !$0.isEmpty }.joined(separator: " ")
    // The parser lists choices on lines of their own, each after a dash.
    let parts = message.split(separator: "\n").map { part in
      let text = part.drop { $0 == " " }
      return text.hasPrefix("- ") ? text.dropFirst(2) : text
    }
    let line = parts.joined(separator: " ")
    note("error: \(line)\nsee '\(help)'")
    return 2
  }

  /// Writes a line to stderr.
  static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}

extension PortfolioFileError {
  /// Whether a value of the command line is wrong, not one of a file.
  var isAboutArgument: Bool { file.hasPrefix("--set") }
}
