import Statistics
import Testing

@Suite struct BinomialTestTests {
  @Test func `four of five heads`() {
    let test = BinomialTest(successes: 4, trials: 5)
    // (5 + 1) of 32; 31 of 32.
    #expect(agree(test.pValueGreater, 6.0 / 32, within: 1e-13))
    #expect(agree(test.pValueLess, 31.0 / 32, within: 1e-13))
    #expect(test.estimate == 0.8)
    let none = BinomialTest(successes: 0, trials: 4, confidence: 0.9)
    // (1 − p)^4 = .05.
    #expect(none.lower == 0)
    let failure = 1 - none.upper
    let square = failure * failure
    #expect(agree(square * square, 0.05, within: 1e-12))
    #expect(none.pValueGreater == 1)
  }

  @Test func `both sides share the outcome itself, and the interval agrees with the test`() {
    for trials in 1...30 {
      var sum = 0.0
      for successes in 0...trials {
        let test = BinomialTest(successes: successes, trials: trials, probability: 0.3)
        // P(X ≥ k) + P(X ≤ k) = 1 + P(X = k).
        sum += test.pValueGreater + test.pValueLess - 1
        #expect(test.lower <= test.estimate && test.estimate <= test.upper)
        // The interval holds what neither side rejects at 2.5 %.
        let isInside = test.lower <= 0.3 && 0.3 <= test.upper
        #expect(isInside == (test.pValueGreater >= 0.025 && test.pValueLess >= 0.025))
      }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with scipy and statsmodels on hits`(files: ReferenceFiles) throws {
    let reference = try files.skill().object("direction")
    let mine = BinomialTest(
      successes: Int(try reference.number("hits")), trials: Int(try reference.number("n")))
    #expect(agree(mine.pValueGreater, try reference.number("binom_p_greater"), within: 1e-12))
    let interval = try reference.numbers("clopper_pearson95")
    #expect(agree(mine.lower, interval[0], within: 1e-12))
    #expect(agree(mine.upper, interval[1], within: 1e-12))
  }
}
