import Evidence
import Foundation
import Testing

/// What the pages say of studies whose series are not ours to ship: the words are the generator's.
@Suite struct PublishedStudyTests {
  private func page(_ path: String) throws -> String {
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `figures of portfolios say that the defaults were chosen on their dates`() throws {
    let design = "what is out of sample are the models, not the design."
    let sentence = MethodStudy.designDates
    #expect(sentence.contains("chosen on these dates among 1 056 portfolio trials"))
    #expect(sentence.lowercased().hasSuffix(design))
    #expect(MethodStudy.method.contains(sentence))
    #expect(
      try page("docs/evidence.md").contains(
        "## Ways of sizing on real series\n\n\(MethodStudy.method)\n"))
    let readme = try page("README.md").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      readme.contains("The defaults were chosen on these dates among 1 056 portfolio trials")
        && readme.contains(design))
  }

  @Test func `the next return is judged by both tests`() throws {
    let above = ReturnStudy.nested(4.04, "pooled LSTM, crypto 1h", looks: 30)
    #expect(
      above.hasSuffix(
        "its largest t is 4.0 (pooled LSTM, crypto 1h), above the same 3.1: those forecasts do go with "
          + "their outcomes beyond chance."))
    #expect(try page("docs/evidence.md").contains("\n\(above) The study by which"))
    let below = ReturnStudy.nested(3.13, "a", looks: 30)
    #expect(below.hasSuffix("the same 3.1: no forecast goes with its outcomes beyond chance."))
  }
}
