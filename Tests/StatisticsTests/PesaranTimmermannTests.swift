import Kernels
import Statistics
import Testing

@Suite struct PesaranTimmermannTests {
  @Test func `eight pairs worked by hand`() throws {
    // p = q = 1/2, six of eight right: P* = .5, V(P) = .25/8, V(P*) = 4/16/64 = 1/256.
    let test = try #require(
      PesaranTimmermann(
        forecasts: [1, 1, 1, 1, -1, -1, -1, -1, 0], outcomes: [1, 1, 1, -1, -1, -1, -1, 1, 5]))
    #expect(test.count == 8 && test.hits == 6)
    #expect(test.expectedHitRate == 0.5 && test.majorityRate == 0.5)
    let variance = 1.0 / 32 - 1.0 / 256
    #expect(agree(test.statistic, 0.25 / variance.squareRoot(), within: 1e-14))
    #expect(agree(test.pValue, NormalDistribution.cumulative(-test.statistic), within: 1e-14))
  }

  @Test func `always naming one direction proves nothing`() {
    #expect(PesaranTimmermann(forecasts: [1, 1, 1], outcomes: [1, 1, -1]) == nil)
    #expect(PesaranTimmermann(forecasts: [1, -1, 1], outcomes: [1, 1, 1]) == nil)
    #expect(PesaranTimmermann(forecasts: [0, 0], outcomes: [1, -1]) == nil)
    #expect(PesaranTimmermann(forecasts: [], outcomes: []) == nil)
  }

  @Test func `noise is rejected at the stated rate, in a rising market too`() throws {
    var random = CounterRandom(seed: 21, path: ["pt"])
    var rejected = 0
    for _ in 0..<2000 {
      let outcomes = (0..<200).map { _ in random.normal() + 0.4 }
      let forecasts = outcomes.map { _ in random.normal() + 0.6 }
      let test = try #require(PesaranTimmermann(forecasts: forecasts, outcomes: outcomes))
      rejected += test.pValue < 0.05 ? 1 : 0
    }
    #expect(abs(rejected - 100) < 40, "\(rejected)")
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with the formulas of the paper`(files: ReferenceFiles) throws {
    let file = try files.skill()
    let series = try file.object("diebold_mariano")
    let test = try #require(
      PesaranTimmermann(
        forecasts: try series.numbers("model"), outcomes: try series.numbers("actual")))
    let reference = try file.object("direction")
    #expect(test.hits == Int(try reference.number("hits")))
    #expect(agree(test.statistic, try reference.number("pesaran_timmermann"), within: 1e-11))
    #expect(agree(test.pValue, try reference.number("pt_p_greater"), within: 1e-10))
    #expect(agree(test.majorityRate, try reference.number("majority_baseline_hit"), within: 1e-14))
  }
}
