import Engine
import Market
import Testing
import Trading

@Suite struct WeightReplayTests {
  private let close = Timestamp(year: 2020, month: 1, day: 2)

  private func moment(_ now: Timestamp) -> Moment {
    Moment(
      step: 0, now: now, book: Book(symbols: ["A", "B"], cash: 1), lastBars: [now, now])
  }

  @Test func `weights count at the close they are given for, and nothing in between`() {
    var replay = WeightReplay([close: [0.25, -0.5]])
    #expect(replay.decide(moment(close - 1)) == nil)
    let targets = replay.decide(moment(close))
    #expect(targets?.weights == [0.25, -0.5])
    #expect(targets?.reasons == ["given weights", "given weights"])
    #expect(replay.decide(moment(close + 1)) == nil)
  }
}
