import Foundation

/// What a command prints. A full disk or a closed file is an error, not a short answer.
enum Output {
  /// Writes text as it is.
  static func text(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw Failure("standard output: cannot be written; look for free space where it goes")
    }
  }

  /// Writes a line.
  static func line(_ line: String) throws {
    try text(line + "\n")
  }
}

/// `1 model`, `2 models`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
