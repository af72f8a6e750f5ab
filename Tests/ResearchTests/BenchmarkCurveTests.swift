import Research
import Statistics
import Testing

@Suite struct BenchmarkCurveTests {
  /// Friday to Wednesday: a coin that moves every day, and a share that has its weekend on Monday.
  private let coin = [100.0, 101, 103, 106, 104, 108]
  private let share = [50.0, 50, 50, 53, 52, 54]

  @Test func `moves are taken from one close of the benchmark to the next`() throws {
    let benchmark = BenchmarkCurve(equity: share, closes: [0, 3, 4, 5], closesPerYear: 260)
    let figures = try RiskFigures(name: "coin", equity: coin, benchmark: benchmark)
    let comparison = try #require(figures.comparison)
    // Friday to Monday 6 % and 6 %, then -2/106 and -1/53, 4/104 and 2/52: the share's own moves.
    #expect(comparison.steps == 3 && comparison.barsPerYear == 260)
    #expect(abs(try #require(comparison.beta) - 1) < 1e-12)
    #expect(abs(try #require(comparison.r2) - 1) < 1e-12)
    #expect(abs(try #require(comparison.trackingError)) < 1e-12)
    #expect(abs(try #require(comparison.upCapture) - 1) < 1e-12)
    // The rest is of all the coin's days.
    #expect(figures.gains == (try RiskFigures(name: "coin", equity: coin, benchmark: nil)).gains)
  }

  @Test func `one that moves at every step is compared step by step`() throws {
    let all = BenchmarkCurve(equity: share, stepsPerYear: 365)
    #expect(all.closes == [0, 1, 2, 3, 4, 5])
    let comparison = try RiskFigures(name: "coin", equity: coin, benchmark: all).comparison
    let expected = try BenchmarkComparison(
      returns: simpleReturns(coin), benchmark: simpleReturns(share), barsPerYear: 365)
    #expect(comparison == expected)
    #expect(try #require(expected.beta) < 0.7)
  }
}
