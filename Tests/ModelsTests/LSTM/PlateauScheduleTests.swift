import Models
import Testing

@Suite struct PlateauScheduleTests {
  private func rates(
    _ losses: [Double], from rate: Double = 1,
    _ change: (inout PlateauSchedule.Settings) -> Void = { _ in }
  ) -> [Double] {
    var settings = PlateauSchedule.Settings()
    settings.patience = 1
    change(&settings)
    var schedule = PlateauSchedule(settings)
    var rate = rate
    return losses.map { loss in
      rate = schedule.rate(after: loss, rate: rate)
      return rate
    }
  }

  @Test func `more than patience bad epochs in a row cut the rate`() {
    #expect(rates([3, 2, 2, 2, 1, 1, 1, 1, 1]) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125])
  }

  @Test func `a loss must be lower by the threshold to be good`() {
    #expect(rates([1, 0.95, 0.91]) { $0.threshold = 0.1 } == [1, 1, 0.5])
    #expect(rates([1, 0.95, 0.89]) { $0.threshold = 0.1 } == [1, 1, 1])
  }

  @Test func `epochs after a cut do not count while it cools down`() {
    #expect(
      rates([1, 1, 1, 1, 1, 1, 1]) { $0.cooldown = 2 } == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25])
  }

  @Test func `the rate stops at its least, and a change too small is none`() {
    #expect(rates([1, 1, 1, 1, 1]) { $0.minimumRate = 0.4 } == [1, 1, 0.5, 0.5, 0.4])
    #expect(rates([1, 1, 1, 1, 1], from: 1.5e-8) == Array(repeating: 1.5e-8, count: 5))
  }
}
