import Allocation
import Kernels
import Market
import Testing

@Suite struct LimitSettingsTests {
  private let limits = LimitSettings(
    gross: 1, perSymbol: 0.4, perSymbolOverrides: ["B": 0.1, "C": 0])

  @Test func `an override stands in place of the common limit`() {
    #expect(limits.cap(on: "A") == 0.4 && limits.cap(on: "B") == 0.1 && limits.cap(on: "C") == 0)
    #expect(LimitSettings().cap(on: "A") == nil)
    #expect(LimitSettings(perSymbolOverrides: ["A": 0.9]).cap(on: "B") == nil)
  }

  @Test func `every limit that is broken is named, in the order of the symbols`() {
    let violations = limits.violations(of: [
      ("C", 0.01), ("D", .nan), ("B", -0.2), ("A", 0.9),
    ])
    #expect(violations.count == 5)
    #expect(violations[0] == .perSymbol("A", weight: 0.9, limit: 0.4))
    #expect(violations[1] == .perSymbol("B", weight: -0.2, limit: 0.1))
    #expect(violations[2] == .perSymbol("C", weight: 0.01, limit: 0))
    #expect(violations[3] == .notFinite("D"))
    #expect(violations[4] == .sum(.gross, total: 0.9 + 0.2 + 0.01, limit: 1))
    #expect("\(violations[1])" == "B: weight -20.0 % is beyond its limit of 10.0 %")
    #expect("\(violations[4])" == "gross exposure 111.0 % is beyond its limit of 100.0 %")
    #expect("\(violations[3])" == "D: the weight is not a finite number")
  }

  @Test func `a limit that is just reached holds, and rounding of a sum is no violation`() {
    #expect(limits.violations(of: [("A", 0.4), ("B", -0.1), ("C", 0)]).isEmpty)
    #expect(!limits.violations(of: [("A", 0.400_001)]).isEmpty)
    var sum = 0.0
    let sixths = (0..<6).map { (symbol: Symbol("S\($0)"), weight: 1.0 / 6) }
    for entry in sixths { sum += entry.weight }
    #expect(LimitSettings(gross: sum.nextDown).violations(of: sixths).isEmpty)
    #expect(!LimitSettings(gross: 0.999_999).violations(of: sixths).isEmpty)
  }

  @Test func `every other limit is re-checked too`() {
    let limits = LimitSettings(
      net: 0.3, positions: 2, turnover: 0.5,
      groups: [GroupLimit(name: "g", symbols: ["A", "C"], max: 0.25)],
      cluster: ClusterLimit(rho: 0.7, max: 0.4, from: 3), pair: PairLimit(hard: 0.8))
    let covariance = CovarianceEstimate(
      symbols: ["A", "B", "C"], volatilities: [0.1, 0.1, 0.1],
      correlation: Matrix(rows: [[1, 0.9, -0.9], [0.9, 1, -0.8], [-0.9, -0.8, 1]]),
      observations: [9, 9, 9])
    let weights: [(symbol: Symbol, weight: Double)] = [("C", -0.1), ("A", 0.3), ("B", 0.2)]
    let found = limits.violations(of: weights, held: ["A": -0.1], covariance: covariance)
    #expect(
      found == [
        .sum(.net, total: 0.3 + 0.2 - 0.1, limit: 0.3), .sum(.group("g"), total: 0.4, limit: 0.25),
        .sum(.cluster(["A", "B"]), total: 0.5, limit: 0.4), .positions(3, limit: 2),
        .turnover(total: 0.4 + 0.2 + 0.1, limit: 0.5),
        .pair("A", "B", correlation: 0.9, limit: 0.8),
        .pair("A", "C", correlation: 0.9, limit: 0.8),
        .pair("B", "C", correlation: 0.8, limit: 0.8),
      ])
    #expect(
      found.map(\.description) == [
        "net exposure 40.0 % is beyond its limit of 30.0 %",
        "group g: 40.0 % is beyond its limit of 25.0 %",
        "cluster A+B: 50.0 % is beyond its limit of 40.0 %",
        "3 positions are more than the 2 allowed",
        "turnover 70.0 % is beyond its limit of 50.0 %",
        "A and B correlate 0.90, from 0.80 on only one is held",
        "A and C correlate 0.90, from 0.80 on only one is held",
        "B and C correlate 0.80, from 0.80 on only one is held",
      ])
    // What is not given is not checked.
    #expect(limits.violations(of: weights).count == 3)
    // The other side of a net limit; a cluster limit for larger portfolios.
    var other = LimitSettings(net: 0.3, cluster: limits.cluster)
    other.cluster.from = 4
    #expect(
      other.violations(of: weights.map { ($0.symbol, -$0.weight) }, covariance: covariance)
        == [.sum(.net, total: 0.3 + 0.2 - 0.1, limit: 0.3)])
  }
}
