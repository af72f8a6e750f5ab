import Kernels
import Statistics
import Testing

@Suite struct CorrelationTests {
  @Test func `worked by hand, with ties`() {
    #expect(Correlation.ranks([30, 10, 20, 10]) == [4, 1.5, 3, 1.5])
    // Deviations −1 0 1 and −1 1 0: 1 / 2.
    #expect(agree(Correlation.pearson([1, 2, 3], [1, 3, 2]), 0.5, within: 1e-15))
    #expect(agree(Correlation.spearman([1, 2, 30], [1, 4, 900]), 1, within: 1e-15))
    #expect(Correlation.pearson([1, 2], [5, 5]) == nil)
    #expect(Correlation.pearson([1], [5]) == nil)
  }

  @Test func `ranks do not see what keeps the order`() {
    var random = CounterRandom(seed: 5, path: ["ranks"])
    for _ in 0..<100 {
      let x = (0..<2 + random.below(30)).map { _ in Double(random.below(8)) }
      let y = x.map { _ in random.normal() }
      #expect(Correlation.spearman(x, y) == Correlation.spearman(x.map { $0 * $0 * $0 + 7 }, y))
      if let r = Correlation.pearson(x, y) {
        #expect(abs(r) <= 1)
        let mirrored = y.map { -$0 }
        #expect(agree(Correlation.pearson(x, mirrored), -r, within: 1e-14))
      }
      let sum = Correlation.ranks(x).reduce(0, +)
      #expect(agree(sum, Double(x.count * (x.count + 1)) / 2, within: 1e-12))
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with scipy and pandas`(files: ReferenceFiles) throws {
    let file = try files.skill()
    let series = try file.object("diebold_mariano")
    let (y, f) = (try series.numbers("actual"), try series.numbers("model"))
    #expect(agree(Correlation.pearson(f, y), try file.number("ic_pearson"), within: 1e-12))
    #expect(agree(Correlation.spearman(f, y), try file.number("ic_spearman"), within: 1e-12))

    // Of a series with itself, one to five steps later.
    let metrics = try files.metrics()
    let returns = try metrics.numbers("returns")
    for (index, theirs) in try metrics.object("ref_rf0").numbers("acf1_5").enumerated() {
      let lag = index + 1
      let mine = Correlation.pearson(Array(returns.dropLast(lag)), Array(returns.dropFirst(lag)))
      #expect(agree(mine, theirs, within: 1e-11), "lag \(lag)")
    }
  }
}
