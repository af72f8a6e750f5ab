/// A goal, what was measured, and whether it is met.
public struct Finding: Sendable, Equatable {
  /// What is measured.
  public var claim: String
  public var goal: String
  public var measured: String
  public var isMet: Bool

  public init(claim: String, goal: String, measured: String, isMet: Bool) {
    self.claim = claim
    self.goal = goal
    self.measured = measured
    self.isMet = isMet
  }
}

/// What one study leaves in the document.
public struct StudySection: Sendable, Equatable {
  public var study: Study
  public var title: String
  /// What was done, so that a reader could do it again: market, models, seeds.
  public var method: String
  public var findings: [Finding]
  /// Figures behind the findings; the first row is the header. May be empty.
  public var table: [[String]]
  /// What another study of the same found, for comparison; nil where there is none.
  public var comparison: String?
  /// The command that makes the section.
  public var command: String

  public init(
    study: Study, title: String, method: String, findings: [Finding], table: [[String]] = [],
    comparison: String? = nil, command: String
  ) {
    self.study = study
    self.title = title
    self.method = method
    self.findings = findings
    self.table = table
    self.comparison = comparison
    self.command = command
  }

  /// The section as Markdown, ending with a newline.
  public var markdown: String {
    var lines = ["## \(title)", "", method]
    if !findings.isEmpty {
      lines += [""]
      lines += StudySection.table(
        [["measured", "goal", "result", "met"]]
          + findings.map { [$0.claim, $0.goal, $0.measured, $0.isMet ? "yes" : "**no**"] })
    }
    if !table.isEmpty { lines += [""] + StudySection.table(table) }
    if let comparison { lines += ["", comparison] }
    lines += ["", "`\(command)`"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ rows: [[String]]) -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    guard let header = rows.first else { return [] }
    return [line(header), line(header.map { _ in "---" })] + rows.dropFirst().map(line)
  }
}
