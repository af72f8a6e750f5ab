import Statistics
import Testing

@Suite struct NormalDistributionTests {
  @Test func `agrees with mpmath from the far tail to the other side`() throws {
    let fixture = try StatisticsFixture.load()
    var worst = 0.0
    for (x, theirs) in zip(fixture.normal.x, fixture.normal.cdf) {
      let mine = NormalDistribution.cumulative(x)
      worst = max(worst, abs(mine - theirs) / theirs)
    }
    #expect(worst < 1e-14)
  }

  @Test func `the quantile inverts it, also at 1e-300`() throws {
    let fixture = try StatisticsFixture.load()
    for (p, theirs) in zip(fixture.quantile.p, fixture.quantile.x) {
      let mine = NormalDistribution.quantile(p)
      #expect(abs(mine - theirs) <= 1e-14 * max(1, abs(theirs)), "p \(p)")
    }
  }

  @Test func `known points`() {
    #expect(NormalDistribution.cumulative(0) == 0.5)
    #expect(NormalDistribution.quantile(0.5) == 0)
    #expect(agree(NormalDistribution.quantile(0.975), 1.959_963_984_540_054, within: 1e-14))
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.cumulative(-.infinity) == 0)
    #expect(NormalDistribution.cumulative(.infinity) == 1)
    #expect(NormalDistribution.cumulative(.nan).isNaN)
  }

  @Test func `rises everywhere, across the seam of its two methods too`() {
    var last = -1.0
    for step in -4000...4000 {
      let value = NormalDistribution.cumulative(Double(step) / 500)
      #expect(value >= last)
      last = value
    }
    let seam = 1.5
    let below = NormalDistribution.cumulative(-seam.nextDown)
    let above = NormalDistribution.cumulative(-seam)
    #expect(abs(below - above) <= 1e-13 * above)
  }
}
