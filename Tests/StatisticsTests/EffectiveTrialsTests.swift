import Kernels
import Statistics
import Testing

@Suite struct EffectiveTrialsTests {
  @Test func `copies count once, uncorrelated trials each`() throws {
    let a = [1.0, -1, 1, -1]
    let b = [1.0, 1, -1, -1]
    #expect(agree(try effectiveTrials([a, a.map { 3 * $0 + 1 }, a]), 1, within: 1e-12))
    #expect(agree(try effectiveTrials([a, b]), 2, within: 1e-12))
    // A trial that never traded is none; one that mirrors another is the same bet.
    #expect(
      agree(
        try effectiveTrials([a, b, [0, 0, 0, 0], a.map { -$0 }]), 1.889_881_574_842_3, within: 1e-9)
    )
    #expect(try effectiveTrials([[0, 0]]) == nil)
    #expect(try effectiveTrials([]) == nil)
  }

  @Test func `lies between one and the number of trials`() throws {
    var random = CounterRandom(seed: 7, path: ["effective"])
    for _ in 0..<100 {
      let shared = (0..<40).map { _ in random.normal() }
      let weight = random.uniform()
      let trials = (0..<1 + random.below(6)).map { _ in
        shared.map { weight * $0 + (1 - weight) * random.normal() }
      }
      let effective = try #require(try effectiveTrials(trials))
      #expect(effective > 1 - 1e-9 && effective < Double(trials.count) + 1e-9)
    }
  }
}
