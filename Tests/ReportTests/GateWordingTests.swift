import Market
import Report
import Research
import Signals
import Testing

@Suite struct GateWordingTests {
  private func words(_ calibration: Calibration) -> String {
    GateWording.short(calibration, .terminal)
  }

  @Test func `a shut gate says how many bars proof would take`() {
    // 2148 (1.645² / .6² − 1) = 13 997.
    let gate = Calibration(
      verdict: .shut, weight: 0, slope: 0.1, t: 0.6, pairs: 10_740, effectivePairs: 3000,
      times: 2148)
    #expect(words(gate) == "t .6: not proven, about 14 000 more bars")
  }

  @Test func `a record that points the wrong way promises nothing`() {
    let gate = Calibration(verdict: .shut, weight: 0, t: -0.4, effectivePairs: 3000, times: 900)
    #expect(words(gate) == "t -.4: not proven, the record points the wrong way")
  }

  @Test func `too little evidence needs the pairs of a claim as well`() {
    // t alone would need 20 bars more; 440 effective pairs need 100 (440 / 110 − 1) = 300.
    let gate = Calibration(verdict: .cannotTell, weight: 0, t: 1.5, effectivePairs: 110, times: 100)
    #expect(words(gate) == "t 1.5: cannot tell, about 300 more bars")
  }

  @Test func `the other verdicts`() {
    let open = Calibration(verdict: .open, weight: 0.41, t: 2.34)
    #expect(words(open) == "t 2.3: counts, weight 0.41")
    #expect(words(Calibration(verdict: .off, weight: 1, t: 0.2)) == "gate off")
    #expect(words(Calibration(verdict: .noForecast, weight: 0)) == "no forecast")
    #expect(words(Calibration(verdict: .shut, weight: 0)) == "not proven")
  }

  @Test func `looks that could open a gate by chance are counted`() throws {
    // Two timeframes of six folds are judged; the third is too young, which opens nothing.
    var report = try SyntheticReport.plain.get()
    let many =
      "Each of 12 looks at a record opens the gate on 5 % of noise: some may be open by chance."
    func terminal() -> String {
      TerminalReport.backtest(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    func html() -> String { HTMLReport.backtest(report).replacing("\u{202F}", with: " ") }
    #expect(terminal().contains(many) && html().contains(many))
    report.gates = [try #require(report.gates.first { $0.timeframe == .h4 })]
    let one = "The look at a record opens the gate on 5 % of noise."
    #expect(terminal().contains(one) && html().contains(one))
    report.gates[0].calibration = Calibration(verdict: .cannotTell, weight: 0)
    #expect(!terminal().contains("of noise") && !html().contains("of noise"))
  }

  @Test(arguments: [1e-300, 1e-12, 0, Double.nan])
  func `a t of almost nothing does not overflow`(t: Double) {
    let gate = Calibration(verdict: .shut, weight: 0, t: t, effectivePairs: 3000, times: 9_000_000)
    #expect(words(gate).contains("not proven"))
  }

  @Test(arguments: [
    (0.6, ".6"), (-0.4, "-.4"), (2.1, "2.1"), (0.0, "0"), (-0.04, "0"), (10.0, "10.0"),
    (-1.6, "-1.6"),
  ])
  func `a t-statistic has no zero before its point`(t: Double, text: String) {
    #expect(GateWording.bare(t, .terminal) == text)
  }

  @Test func `of several shut timeframes the nearest to proof speaks for the tilt`() throws {
    let views = try SyntheticReport().allocation().rows[0].views
    #expect(
      GateWording.tilt(views, .terminal) == "1h t .6: not proven, about 14 000 more bars")
    #expect(
      GateWording.tilt([views[0]], .terminal) == "t .6: not proven, about 14 000 more bars")
    #expect(GateWording.tilt([], .terminal) == nil)
  }
}
