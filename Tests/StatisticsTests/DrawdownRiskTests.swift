import Kernels
import Statistics
import Testing

@Suite struct DrawdownRiskTests {
  @Test func `worked by hand`() throws {
    // Distances 0, −.5, −.25, 0; 5 % of four steps are a fifth of the worst one.
    let risk = try #require(DrawdownRisk(equity: [100, 200, 100, 150, 200]))
    #expect(risk.average == -0.1875)
    #expect(agree(risk.conditional95, -0.5, within: 1e-15))
    #expect(DrawdownRisk(equity: [1]) == nil)
    // Of 30 steps one and a half count: −.5 whole and −.25 half.
    let long = try #require(
      DrawdownRisk(equity: [4, 2, 3] + Array(repeating: 4.0, count: 28)))
    #expect(agree(long.conditional95, -0.625 / 1.5, within: 1e-14))
  }

  @Test func `steady growth is stable, a zigzag is not`() throws {
    let steady = (0..<50).map { 100 * Elementary.exp(0.01 * Double($0)) }
    #expect(agree(growthStability(equity: steady), 1, within: 1e-12))
    #expect(try #require(growthStability(equity: [9, 1, 2, 1, 2])) < 0.5)
    #expect(growthStability(equity: [1, 2]) == nil && growthStability(equity: [1, 0, 2]) == nil)
    #expect(growthStability(equity: [5, 5, 5, 5]) == nil)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with skfolio and empyrical`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    var equity = [1.0]
    for value in try file.numbers("returns") { equity.append(equity.last! * (1 + value)) }
    let risk = try #require(DrawdownRisk(equity: equity))
    #expect(agree(risk.average, try file.object("ref_rf0").number("avg_drawdown"), within: 1e-11))
    let conditional = try file.object("skfolio").number("cdar95_compounded")
    #expect(agree(risk.conditional95, -conditional, within: 1e-11))
    let stability = try file.object("empyrical").number("stability")
    #expect(agree(growthStability(equity: equity), stability, within: 1e-11))
  }
}
