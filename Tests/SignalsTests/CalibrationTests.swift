import Signals
import Testing

@Suite struct CalibrationTests {
  private func calibration(t: Double?, times: Int) -> Calibration {
    Calibration(verdict: .shut, weight: 0, t: t, times: times)
  }

  @Test func `half the t that proof takes needs four times the bars, and one to pass it`() {
    #expect(calibration(t: 1.645 / 2, times: 100).barsUntilProof == 301)
    #expect(calibration(t: 1.645 / 4, times: 10).barsUntilProof == 151)
  }

  @Test func `nothing is told where proof stands, lies the wrong way or nothing was seen`() {
    #expect(calibration(t: nil, times: 100).barsUntilProof == nil)
    #expect(calibration(t: 1.645, times: 100).barsUntilProof == nil)
    #expect(calibration(t: 3, times: 100).barsUntilProof == nil)
    #expect(calibration(t: 0, times: 100).barsUntilProof == nil)
    #expect(calibration(t: -1, times: 100).barsUntilProof == nil)
    #expect(calibration(t: 1e-300, times: 100).barsUntilProof == nil)
    #expect(calibration(t: 1, times: 0).barsUntilProof == nil)
    #expect(Calibration(verdict: .noForecast, weight: 0).barsUntilProof == nil)
  }

  @Test func `after that many bars the t would be past the critical value, and one less is not`() {
    for times in [1, 7, 130, 4000, 100_000] {
      for hundredths in 1...164 {
        let t = Double(hundredths) / 100
        guard let bars = calibration(t: t, times: times).barsUntilProof else {
          Issue.record("nothing is told for t \(t)")
          continue
        }
        func later(_ bars: Int) -> Double {
          t * (Double(times + bars) / Double(times)).squareRoot()
        }
        #expect(bars > 0)
        // Up to the rounding of the root.
        #expect(later(bars) > 1.645 * (1 - 1e-14))
        #expect(later(bars - 1) <= 1.645 * (1 + 1e-14))
      }
    }
  }
}
