import Evidence
import Testing

/// What the gate does in the long run: it opens on one noise in twenty at any length, and finds skill.
@Suite struct GateStudyTests {
  private func share(pairs: Int, slope: Double = 0, r2: Double = 0) throws -> Double {
    let open = try GateStudy().opens(pairs: pairs, slope: slope, r2: r2, trials: 2000)
    return Double(open) / 2000
  }

  @Test(arguments: [130, 250, 440, 800, 1300])
  func `noise opens it about once in twenty, at any length`(pairs: Int) throws {
    #expect((0.02...0.09).contains(try share(pairs: pairs)))
  }

  @Test func `noise that is judged fold after fold opens it more often than once in 20`() throws {
    func ever(_ looks: Int) throws -> Double {
      let open = try GateStudy().opensEver(pairs: 1300, looks: looks, trials: 500)
      return Double(open) / 500
    }
    let one = try ever(1)
    let seven = try ever(7)
    #expect(seven > 2 * one && (0.1...0.2).contains(seven))
  }

  @Test func `a planted R2 of one percent opens it in four of five at 800 pairs`() throws {
    #expect(try share(pairs: 800, slope: 0.5, r2: 0.01) >= 0.8)
  }

  @Test func `more evidence finds more`() throws {
    let few = try share(pairs: 130, slope: 0.5, r2: 0.01)
    let many = try share(pairs: 1300, slope: 0.5, r2: 0.01)
    #expect(few > 0.2 && few < 0.6)
    #expect(many > 0.9)
  }

  @Test func `with the minimum-evidence rule it never opens below 250 pairs`() throws {
    func opens(_ pairs: Int) throws -> Int {
      try GateStudy().opens(
        pairs: pairs, slope: 0.5, r2: 0.05, trials: 200, requiresEvidence: true)
    }
    #expect(try opens(249) == 0)
    // The same skill is found as soon as it may be.
    #expect(try opens(250) > 150)
  }
}
