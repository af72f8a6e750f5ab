import Market
import Testing

@Suite struct CloseMoveTests {
  private func series(_ closes: [Double]) -> BarSeries {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    return BarSeries(
      symbol: "X", timeframe: .d1, calendar: .continuous,
      bars: closes.enumerated().map { day, close in
        Bar(
          time: start + Int64(day) * Timestamp.millisecondsPerDay, open: close, high: close,
          low: close, close: close, volume: 1)
      })
  }

  @Test func `moves are from close to close, and as large down as up`() {
    let moves = series([100, 150, 30, 30, 120]).closeMoves
    #expect(moves.map(\.change) == [0.5, -0.8, 0, 3])
    #expect(moves.map(\.factor) == [1.5, 5, 1, 4])
    #expect(moves.map(\.from) == [100, 150, 30, 30] && moves.map(\.to) == [150, 30, 30, 120])
    #expect(moves[0].time == series([100, 150]).times[1])
  }

  @Test func `the largest factor is first, the earlier of equals`() {
    let moves = series([100, 25, 100, 80, 16]).closeMoves
    #expect(moves.byFactor.map(\.to) == [16, 25, 100, 80])
  }

  @Test func `what is asked names the largest move, and how many more there are`() {
    let moves = series([100, 25, 100, 80, 16]).closeMoves
    let question =
      ": bad print, or a split that prices are not adjusted for? `data check` lists such moves"
    #expect(
      moves[3...].doubt == "moves from 80.0 to 16.0 at 2020-01-05T00:00Z" + question)
    #expect(
      moves[1...].doubt
        == "moves from 80.0 to 16.0 at 2020-01-05T00:00Z (and 2 more such moves)" + question)
    #expect(moves[2...].doubt?.contains(" (and 1 more such move): bad print") == true)
    #expect([CloseMove]().doubt == nil)
  }

  @Test func `one bar and none have no moves`() {
    #expect(series([100]).closeMoves.isEmpty && series([]).closeMoves.isEmpty)
  }
}
