import Foundation
import Kernels
import Statistics
import Testing

@Suite struct IncompleteBetaTests {
  private struct Fixture: Decodable {
    let beta, student, binomial, clopperPearson: [[Double]]

    static func load() throws -> Fixture {
      let url = ReferenceFiles.testsFolder.appendingPathComponent("Fixtures/distributions.json")
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    }
  }

  @Test func `closed forms`() {
    // I_x(1, b) = 1 − (1 − x)^b, I_x(a, 1) = x^a, I_1/2(a, a) = 1/2.
    for x in [0.0, 0.125, 0.5, 0.875, 1] {
      let (y, square) = (1 - x, x * x)
      let cube = y * y * y
      #expect(abs(IncompleteBeta.value(1, 3, x) - (1 - cube)) < 1e-14)
      #expect(abs(IncompleteBeta.value(4, 1, x) - square * square) < 1e-14)
      let sum = IncompleteBeta.value(3, 7, x) + IncompleteBeta.complement(3, 7, x)
      #expect(abs(sum - 1) < 1e-14)
    }
    for a in [0.5, 1, 7, 300] { #expect(abs(IncompleteBeta.value(a, a, 0.5) - 0.5) < 1e-12) }
    // One degree of freedom is Cauchy's: P(|T| ≥ 1) = 1/2.
    #expect(abs(StudentDistribution.twoSided(1, degrees: 1) - 0.5) < 1e-14)
    #expect(StudentDistribution.twoSided(0, degrees: 5) == 1)
  }

  @Test func `the quantile is the inverse`() {
    var random = CounterRandom(seed: 3, path: ["beta"])
    for _ in 0..<300 {
      let (a, b) = (0.25 + 40 * random.uniform(), 0.25 + 40 * random.uniform())
      let wanted = 0.001 + 0.998 * random.uniform()
      let x = IncompleteBeta.quantile(a, b, wanted)
      #expect(abs(IncompleteBeta.value(a, b, x) - wanted) < 1e-11)
      // The function of the mirrored variable.
      #expect(abs(IncompleteBeta.complement(b, a, 1 - x) - wanted) < 1e-11)
    }
  }

  @Test func `agrees with mpmath`() throws {
    let fixture = try Fixture.load()
    for row in fixture.beta {
      #expect(agree(IncompleteBeta.value(row[0], row[1], row[2]), row[3], within: 1e-11), "\(row)")
    }
    for row in fixture.student {
      let mine = StudentDistribution.twoSided(row[0], degrees: row[1])
      #expect(agree(mine, row[2], within: 1e-12), "\(row)")
    }
    for row in fixture.binomial {
      let mine = BinomialTest(
        successes: Int(row[0]), trials: Int(row[1]), probability: row[2])
      #expect(agree(mine.pValueGreater, row[3], within: 1e-12), "\(row)")
    }
    for row in fixture.clopperPearson {
      let mine = BinomialTest(
        successes: Int(row[0]), trials: Int(row[1]), confidence: row[2])
      #expect(abs(mine.lower - row[3]) < 1e-13 && abs(mine.upper - row[4]) < 1e-13, "\(row)")
    }
  }
}
