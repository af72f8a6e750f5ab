import Signals
import Testing

@Suite struct ExitRuleTests {
  private func position(
    _ close: Double, entry: Double = 100, best: Double? = nil, long: Bool = true,
    regimes: (Int?, Int?) = (nil, nil), confidence: Double? = nil
  ) -> OpenPosition {
    OpenPosition(
      isLong: long, entryPrice: entry, bestClose: best ?? entry, close: close,
      regimeAtEntry: regimes.0, regime: regimes.1, regimeConfidence: confidence)
  }

  private func settings(
    target: Double? = nil, stop: Double? = nil, trailing: Double? = nil,
    regimeChange: Double? = nil
  ) -> ExitSettings {
    var settings = ExitSettings()
    settings.target = target
    settings.stop = stop
    settings.trailing = trailing
    settings.regimeChange = regimeChange
    return settings
  }

  @Test func `no rule never closes`() {
    #expect(ExitSettings().isOff)
    for close in [0.01, 50, 100, 1e6] {
      #expect(
        ExitSettings().firstHit(
          position(close, best: 1e6, regimes: (0, 2), confidence: 1)) == nil)
    }
    #expect(!settings(target: 1).isOff && !settings(stop: 1).isOff)
    #expect(!settings(trailing: 1).isOff && !settings(regimeChange: 1).isOff)
  }

  @Test func `the target counts from the fill price, on both sides`() {
    let rule = settings(target: 0.25)
    #expect(rule.firstHit(position(124.9)) == nil)
    #expect(rule.firstHit(position(125)) == .target)
    #expect(rule.firstHit(position(500)) == .target)
    #expect(rule.firstHit(position(75.1, long: false)) == nil)
    #expect(rule.firstHit(position(75, long: false)) == .target)
    #expect(rule.firstHit(position(125, long: false)) == nil)
  }

  @Test func `the stop counts from the fill price, on both sides`() {
    let rule = settings(stop: 0.25)
    #expect(rule.firstHit(position(75.1)) == nil)
    #expect(rule.firstHit(position(75)) == .stop)
    #expect(rule.firstHit(position(10)) == .stop)
    #expect(rule.firstHit(position(124.9, long: false)) == nil)
    #expect(rule.firstHit(position(125, long: false)) == .stop)
    #expect(rule.firstHit(position(75, long: false)) == nil)
  }

  @Test func `the trailing stop counts from the best close, the fill price to begin with`() {
    let rule = settings(trailing: 0.25)
    #expect(rule.firstHit(position(75.1)) == nil)
    #expect(rule.firstHit(position(75)) == .trailing)
    #expect(rule.firstHit(position(150.1, best: 200)) == nil)
    #expect(rule.firstHit(position(150, best: 200)) == .trailing)
    // A short trails its lowest close.
    #expect(rule.firstHit(position(124.9, long: false)) == nil)
    #expect(rule.firstHit(position(125, long: false)) == .trailing)
    #expect(rule.firstHit(position(49.9, best: 40, long: false)) == nil)
    #expect(rule.firstHit(position(50, best: 40, long: false)) == .trailing)
  }

  @Test func `a close at the level counts, whatever the rounding of the fraction`() {
    // In decimals that binary cannot hold: 10 % of these prices is a whole number of cents.
    for tens in 1...2000 {
      let price = Double(tens) / 10
      let (below, above) = (Double(tens * 9) / 100, Double(tens * 11) / 100)
      #expect(settings(stop: 0.1).firstHit(position(below, entry: price)) == .stop)
      #expect(settings(stop: 0.1).firstHit(position(above, entry: price, long: false)) == .stop)
      #expect(settings(target: 0.1).firstHit(position(above, entry: price)) == .target)
      #expect(
        settings(target: 0.1).firstHit(position(below, entry: price, long: false)) == .target)
      let trailing = settings(trailing: 0.1)
      #expect(trailing.firstHit(position(below, best: price)) == .trailing)
      #expect(trailing.firstHit(position(above, best: price, long: false)) == .trailing)
      // A millionth of the price short of it does not.
      let hair = price * 1e-6
      #expect(settings(stop: 0.1).firstHit(position(below + hair, entry: price)) == nil)
      #expect(settings(target: 0.1).firstHit(position(above - hair, entry: price)) == nil)
      #expect(trailing.firstHit(position(below + hair, best: price)) == nil)
    }
  }

  @Test func `a regime change needs another label and enough confidence`() {
    let rule = settings(regimeChange: 0.75)
    #expect(rule.firstHit(position(100, regimes: (0, 1), confidence: 0.75)) == .regimeChange)
    #expect(
      rule.firstHit(position(100, long: false, regimes: (2, 0), confidence: 1)) == .regimeChange)
    #expect(rule.firstHit(position(100, regimes: (0, 1), confidence: 0.74)) == nil)
    #expect(rule.firstHit(position(100, regimes: (1, 1), confidence: 1)) == nil)
    #expect(rule.firstHit(position(100, regimes: (nil, 1), confidence: 1)) == nil)
    #expect(rule.firstHit(position(100, regimes: (0, nil), confidence: nil)) == nil)
    #expect(rule.firstHit(position(100, regimes: (0, 1), confidence: nil)) == nil)
  }

  @Test func `the first rule in the order of the settings wins`() {
    let up = position(130, best: 200, regimes: (0, 1), confidence: 1)
    let down = position(70, best: 100, regimes: (0, 1), confidence: 1)
    var rules = settings(target: 0.1, stop: 0.1, trailing: 0.1, regimeChange: 0.5)
    #expect(rules.firstHit(up) == .target)
    #expect(rules.firstHit(down) == .stop)
    rules.target = nil
    #expect(rules.firstHit(up) == .trailing)
    rules.stop = nil
    #expect(rules.firstHit(down) == .trailing)
    rules.trailing = nil
    #expect(rules.firstHit(down) == .regimeChange)
    rules.regimeChange = nil
    #expect(rules.firstHit(down) == nil)
  }
}
