import ArgumentParser
import PortfolioFile

/// Finds a misspelt command before the parser takes it for a stray argument.
enum CommandName {
  /// Throws a usage error when the first word is no command of the program.
  static func check(_ arguments: [String], of root: (some ParsableCommand).Type) throws {
    guard let word = arguments.dropFirst().first, !word.hasPrefix("-"), word != "help" else {
      return
    }
    let names = root.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(word) else { return }
    let hint = NearestName.of(word, among: names).map { "; did you mean '\($0)'?" } ?? ""
    throw ValidationError("unknown command '\(word)'\(hint)")
  }

  /// The words before the options that name a command: `data export`.
  static func path(_ arguments: [String], of root: (some ParsableCommand).Type) -> String {
    var words: [String] = []
    var commands = root.configuration.subcommands
    for word in arguments.dropFirst() {
      guard let next = commands.first(where: { $0.configuration.commandName == word }) else {
        break
      }
      words.append(word)
      commands = next.configuration.subcommands
    }
    return words.joined(separator: " ")
  }
}
