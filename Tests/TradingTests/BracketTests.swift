import Testing
import Trading

/// Protective orders within a bar, every price by hand.
@Suite struct BracketTests {
  private func bracket(_ set: (inout Bracket) -> Void) -> Bracket {
    var bracket = Bracket()
    set(&bracket)
    return bracket
  }

  private func exit(
    _ bracket: Bracket, long: Bool = true, best: Double = 100, _ open: Double, _ high: Double,
    _ low: Double
  ) -> String {
    let exit = bracket.exit(
      isLong: long, entry: 100, best: best, open: open, high: high, low: low)
    return exit.map { "\($0.trigger.rawValue) \($0.price)" } ?? "stands"
  }

  @Test func `a stop fills at its level, and beyond it at the open`() {
    let stop = bracket { $0.stop = 0.25 }
    #expect(exit(stop, 90, 110, 76) == "stands")
    #expect(exit(stop, 90, 110, 70) == "stop 75.0")
    #expect(exit(stop, 90, 110, 75) == "stop 75.0")
    #expect(exit(stop, 60, 110, 50) == "stop 60.0")
    #expect(exit(stop, 75, 110, 75) == "stop 75.0")
    #expect(exit(stop, long: false, 110, 124, 90) == "stands")
    #expect(exit(stop, long: false, 110, 130, 90) == "stop 125.0")
    #expect(exit(stop, long: false, 140, 150, 90) == "stop 140.0")
  }

  @Test func `a target fills at its level, and beyond it at the open`() {
    let target = bracket { $0.target = 0.5 }
    #expect(exit(target, 100, 149, 1) == "stands")
    #expect(exit(target, 100, 151, 1) == "target 150.0")
    #expect(exit(target, 160, 170, 150) == "target 160.0")
    #expect(exit(target, long: false, 100, 150, 40) == "target 50.0")
    #expect(exit(target, long: false, 40, 150, 30) == "target 40.0")
  }

  @Test func `the stop comes before the target when both lie in the bar, the open before both`() {
    let both = bracket { ($0.stop, $0.target) = (0.25, 0.5) }
    #expect(exit(both, 100, 200, 10) == "stop 75.0")
    #expect(exit(both, 160, 200, 10) == "target 160.0")
    #expect(exit(both, long: false, 100, 200, 10) == "stop 125.0")
  }

  @Test func `the nearest of several stops counts, the trailing one from the best close`() {
    let stops = bracket {
      ($0.stop, $0.trailing, $0.atrStop, $0.sigmaStop) = (0.5, 0.25, 30, 0.4)
    }
    #expect(exit(stops, 99, 99, 1) == "trailing stop 75.0")
    #expect(exit(stops, best: 160, 130, 130, 1) == "trailing stop 120.0")
    #expect(exit(bracket { $0.atrStop = 30 }, 99, 99, 1) == "ATR stop 70.0")
    #expect(exit(bracket { $0.sigmaStop = 0.5 }, 99, 99, 1) == "sigma stop 50.0")
    #expect(exit(bracket { $0.atrTrailing = 90 }, 99, 99, 1) == "ATR trailing stop 90.0")
    #expect(
      exit(bracket { $0.atrTrailing = 110 }, long: false, 99, 120, 1) == "ATR trailing stop 110.0")
    #expect(exit(stops, long: false, best: 80, 90, 200, 80) == "trailing stop 100.0")
  }

  @Test func `a level that rounding puts a hair away is touched`() {
    // 100 - .07 * 100 is 92.99999999999999.
    #expect(exit(bracket { $0.stop = 0.07 }, 99, 99, 93) != "stands")
  }

  @Test func `nothing happens without a level`() {
    #expect(exit(Bracket(), 1, 1e9, 0.1) == "stands")
  }
}
