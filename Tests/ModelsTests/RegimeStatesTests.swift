import Models
import Testing

@Suite struct RegimeStatesTests {
  @Test(arguments: [
    ("3", RegimeStates.fixed(3)), ("1", 1), ("8", 8), ("auto", .automatic(1...8)),
    ("2..5", .automatic(2...5)), ("1..2", .automatic(1...2)),
  ])
  func `reads a number, auto and a range, and writes them back`(
    text: String, states: RegimeStates
  ) {
    #expect(RegimeStates(text) == states)
    #expect(states.description == text)
  }

  @Test func `the whole range is auto`() {
    #expect(RegimeStates("1..8") == RegimeStates("auto"))
    #expect(RegimeStates.automatic(1...8).description == "auto")
  }

  @Test(arguments: [
    "0", "9", "10", "-1", "3.0", "5..2", "3..3", "0..4", "2..9", "2...5", "2..", "..5", "2-5",
    "Auto", "", "..", "２",
  ])
  func `takes nothing else`(text: String) {
    #expect(RegimeStates(text) == nil)
  }

  @Test func `knows what is tried and what is fixed`() {
    let (fixed, open) = (RegimeStates.fixed(4), RegimeStates.automatic(2...5))
    #expect(fixed.candidates == 4...4 && fixed.fixed == 4)
    #expect(open.candidates == 2...5 && open.fixed == nil)
  }
}
