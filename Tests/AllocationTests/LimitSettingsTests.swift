import Allocation
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
    #expect(violations[4] == .gross(total: 0.9 + 0.2 + 0.01, limit: 1))
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
}
