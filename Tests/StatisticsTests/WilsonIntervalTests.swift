import Statistics
import Testing

@Suite struct WilsonIntervalTests {
  @Test func `agrees with scipy, none and all successes included`() throws {
    for row in try StatisticsFixture.load().wilson {
      let mine = WilsonInterval(
        successes: Int(row[0]), trials: Int(row[1]), confidence: row[2])
      #expect(abs(mine.lower - row[3]) < 1e-14 && abs(mine.upper - row[4]) < 1e-14)
      #expect(mine.estimate == row[0] / row[1])
    }
  }

  @Test func `holds the estimate and mirrors`() {
    for trials in 1...40 {
      for successes in 0...trials {
        let mine = WilsonInterval(successes: successes, trials: trials)
        let other = WilsonInterval(successes: trials - successes, trials: trials)
        #expect(mine.lower >= 0 && mine.upper <= 1 && mine.lower < mine.upper)
        #expect(mine.lower <= mine.estimate && mine.estimate <= mine.upper)
        #expect(abs(mine.lower - (1 - other.upper)) < 1e-14)
      }
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with statsmodels on hits`(files: ReferenceFiles) throws {
    let reference = try files.skill().object("direction")
    let mine = WilsonInterval(
      successes: Int(try reference.number("hits")), trials: Int(try reference.number("n")))
    let interval = try reference.numbers("wilson95")
    #expect(agree(mine.lower, interval[0], within: 1e-13))
    #expect(agree(mine.upper, interval[1], within: 1e-13))
  }
}
