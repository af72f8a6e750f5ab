import Market
import Signals
import Testing

@Suite struct SkillRecordTests {
  private func pair(_ hour: Int64, _ symbol: Symbol) -> SkillRecord.Pair {
    SkillRecord.Pair(
      knownAt: Timestamp(seconds: 3600 * hour), symbol: symbol, forecast: Double(hour),
      outcome: 0)
  }

  @Test func `pairs stand in order of time and symbol, however they came`() {
    let record = SkillRecord([pair(3, "A"), pair(1, "B"), pair(2, "C"), pair(1, "A")])
    #expect(record.pairs == [pair(1, "A"), pair(1, "B"), pair(2, "C"), pair(3, "A")])
  }

  @Test func `a pair is known from its outcome on and not before`() {
    let record = SkillRecord([pair(1, "A"), pair(1, "B"), pair(2, "A")])
    #expect(record.known(at: Timestamp(seconds: 3600) - 1).isEmpty)
    #expect(Array(record.known(at: Timestamp(seconds: 3600))) == [pair(1, "A"), pair(1, "B")])
    #expect(record.known(at: Timestamp(seconds: 7200) - 1).count == 2)
    #expect(record.known(at: Timestamp(seconds: 7200)).count == 3)
    #expect(SkillRecord().known(at: .distantFuture).isEmpty)
  }

  @Test func `each symbol's pairs are found in order of time, whoever is missing when`() {
    let record = SkillRecord([
      pair(1, "B"), pair(2, "A"), pair(2, "B"), pair(3, "A"), pair(3, "C"), pair(4, "B"),
      pair(4, "C"), pair(5, "A"), pair(5, "B"), pair(5, "C"),
    ])
    #expect(SkillRecord.places(record.pairs[...]) == [[1, 3, 7], [0, 2, 5, 8], [4, 6, 9]])
    #expect(SkillRecord.places(record.pairs[3...]) == [[3, 7], [5, 8], [4, 6, 9]])
    #expect(SkillRecord.places([]).isEmpty)
  }
}
