import ArgumentParser
import Foundation
import Market
import Models
import Research
import Store

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(help: "The database of bars and runs.")
  var db: String = BarDatabase.defaultPath

  @Option(help: "The folder of model bundles.")
  var models: String = "models"

  @Flag(help: "Print JSON instead of text.")
  var json = false

  @Flag(help: "Print results only.")
  var quiet = false

  @Option(help: "Tasks that may run side by side; 1 is serial. Results do not depend on it.")
  var workers: Int = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard workers >= 1 else { throw ValidationError("--workers must be at least 1") }
  }

  var store: ModelStore { ModelStore(root: URL(fileURLWithPath: models)) }

  /// Opens the database for reading; a missing one is an error.
  func openForReading() throws -> BarDatabase {
    try BarDatabase(path: db, access: .readOnly)
  }

  /// Opens the database for reading and writing; a missing one is an error.
  func openForWriting() throws -> BarDatabase {
    guard FileManager.default.fileExists(atPath: db) else {
      throw StoreError.missingDatabase(path: db)
    }
    return try openOrCreate()
  }

  /// Opens the database for reading and writing, and makes it where there is none.
  func openOrCreate() throws -> BarDatabase {
    try BarDatabase(path: db, access: .readWrite)
  }

  /// Prints a line of progress to stderr, unless `--quiet`.
  func note(_ line: String) {
    guard !quiet else { return }
    Failure.note(line)
  }

  /// Whether stdout is a terminal that may be coloured.
  var useColour: Bool {
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
  }
}

/// Which portfolio, and what differs from its file.
struct PortfolioOptions: ParsableArguments {
  @Argument(help: "A portfolio file, such as portfolios/crypto.yaml.")
  var portfolio: String

  @Option(name: .customLong("set"), help: "Set a key of the portfolio file: key=value. Repeatable.")
  var settings: [String] = []

  @Option(help: "Take this profile instead of the file's.")
  var profile: Portfolio.Profile?

  /// The arguments that lead another process to the same portfolio.
  var arguments: [String] {
    [portfolio] + settings.flatMap { ["--set", $0] }
      + (profile.map { ["--profile", $0.rawValue] } ?? [])
  }

  /// The same as one types them, for messages that name a command.
  var typed: String { arguments.map(PortfolioOptions.quoted).joined(separator: " ") }

  /// A word in quotes where a shell would read something into it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "_-./=:,+@%".unicodeScalars.contains($0)
    }
    return isPlain && !word.isEmpty ? word : word.shellWord
  }
}
