/// `docs/evidence.md`: one section a study, in a fixed order. Studies are run one by one, so a new
/// section takes the place of its predecessor and leaves the others alone.
public struct EvidenceDocument: Sendable, Equatable {
  private var sections: [Study: String] = [:]

  /// An empty document.
  public init() {}

  /// Reads the sections of a document that `text` wrote; anything else in it is dropped.
  public init(_ text: String) {
    var current: Study?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let study = Study.allCases.first(where: { line == EvidenceDocument.mark($0) }) {
        current = study
        sections[study] = ""
      } else if let current {
        sections[current, default: ""] += line + "\n"
      }
    }
    for (study, section) in sections { sections[study] = EvidenceDocument.trimmed(section) }
  }

  public mutating func replace(_ section: StudySection) {
    sections[section.study] = EvidenceDocument.trimmed(section.markdown)
  }

  public var text: String {
    var text = """
      # Evidence

      What the product claims, measured on generated markets whose truth is known, and then on real
      series. Every figure follows from the seeds and files named with it: it is the same on every
      machine. `make evidence` runs the studies of generated markets and writes them into this page;
      `regimefolio evidence --data DIR` runs those of real series, which are not ours to ship.

      """
    for study in Study.allCases {
      guard let section = sections[study] else { continue }
      text += "\n\(EvidenceDocument.mark(study))\n\(section)\n"
    }
    return text
  }

  private static func mark(_ study: Study) -> String { "<!-- study: \(study.rawValue) -->" }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last == "\n" { text = text.dropLast() }
    while text.first == "\n" { text = text.dropFirst() }
    return String(text)
  }
}
