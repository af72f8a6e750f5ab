import Evidence
import Foundation
import Testing

@Suite struct EvidenceDocumentTests {
  private func section(_ study: Study, _ measured: String, isMet: Bool = true) -> StudySection {
    StudySection(
      study: study, title: "Title of \(study.rawValue)", method: "How.",
      findings: [Finding(claim: "claim", goal: "goal", measured: measured, isMet: isMet)],
      table: [["a", "b"], ["1", "2"]], command: "regimefolio evidence")
  }

  @Test func `a section is tables in Markdown`() {
    let text = section(.gate, "5 %", isMet: false).markdown
    #expect(
      text == """
        ## Title of gate

        How.

        | measured | goal | result | met |
        | --- | --- | --- | --- |
        | claim | goal | 5 % | **no** |

        | a | b |
        | --- | --- |
        | 1 | 2 |

        `regimefolio evidence`

        """)
  }

  @Test func `sections stand in the studies' order, whichever ran first`() throws {
    var document = EvidenceDocument()
    document.replace(section(.profiles, "1"))
    document.replace(section(.regimes, "2"))
    let text = document.text
    let first = try #require(text.range(of: "Title of regimes"))
    let second = try #require(text.range(of: "Title of profiles"))
    #expect(first.lowerBound < second.lowerBound)
    #expect(text.hasPrefix("# Evidence\n"))
  }

  @Test func `a section run again replaces its predecessor and nothing else`() {
    var document = EvidenceDocument()
    document.replace(section(.regimes, "old"))
    document.replace(section(.gate, "kept"))
    var again = EvidenceDocument(document.text)
    #expect(again == document && again.text == document.text)
    again.replace(section(.regimes, "new"))
    #expect(again.text == document.text.replacing("| old |", with: "| new |"))
    #expect(EvidenceDocument("anything else") == EvidenceDocument())
  }
}
