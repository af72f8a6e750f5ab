import Testing

/// Expects a failure that the user can mend: exit code 1 and one clear line on stderr that names
/// all `parts`.
func expectFailure(
  _ run: ProgramRun, naming parts: String..., output: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = run.testDescription
  #expect(run.status == 1, "\(text)", sourceLocation: sourceLocation)
  #expect(run.output == output, "\(text)", sourceLocation: sourceLocation)
  #expect(run.errors.hasPrefix("error: "), "\(text)", sourceLocation: sourceLocation)
  #expect(run.errors.hasSuffix("\n"), "\(text)", sourceLocation: sourceLocation)
  #expect(
    run.errors.split(separator: "\n", omittingEmptySubsequences: false).count == 2,
    "one line: \(text)", sourceLocation: sourceLocation)
  for part in parts {
    #expect(run.errors.contains(part), "'\(part)' in \(text)", sourceLocation: sourceLocation)
  }
  // What no user should read: dumps of the runtime, blanks where a list was empty.
  for dump in ["Error Domain", "Optional(", "Swift.", "which holds ;", "  "] {
    #expect(!run.errors.contains(dump), "'\(dump)' in \(text)", sourceLocation: sourceLocation)
  }
}

/// Expects a usage error: exit code 2, nothing on stdout, a first line that names the value, and
/// where to find the command's own help.
func expectUsageError(
  _ run: ProgramRun, naming part: String, of command: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = run.testDescription
  #expect(run.status == 2, "\(text)", sourceLocation: sourceLocation)
  #expect(run.output == "", "\(text)", sourceLocation: sourceLocation)
  let first = run.errors.split(separator: "\n").first ?? ""
  #expect(first.lowercased().hasPrefix("error: "), "\(text)", sourceLocation: sourceLocation)
  #expect(first.contains(part), "'\(part)' in \(text)", sourceLocation: sourceLocation)
  #expect(run.errors.hasSuffix("\n"), "\(text)", sourceLocation: sourceLocation)
  let help = command.isEmpty ? "regimefolio --help" : "regimefolio \(command) --help"
  #expect(run.errors.contains(help), "'\(help)' in \(text)", sourceLocation: sourceLocation)
}
