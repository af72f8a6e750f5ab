import Market
import Testing

@Suite struct BarGridTests {
  private let monday = Timestamp(year: 2024, month: 1, day: 1)

  /// Hourly bars at the given hours after Monday 2024-01-01, close = hour.
  private func series(_ symbol: Symbol, _ hours: [Int]) -> BarSeries {
    BarSeries(
      symbol: symbol, timeframe: .h1, calendar: .continuous,
      bars: hours.map { hour in
        Bar(
          time: monday + Int64(hour) * 3_600_000, open: 1, high: 99, low: 0.5,
          close: Double(hour), volume: 1)
      })
  }

  private func bars(_ grid: BarGrid) -> [[Int?]] {
    grid.times.indices.map { step in grid.symbols.indices.map { grid.bar($0, at: step) } }
  }

  @Test func `has a step wherever one of the symbols has a bar`() {
    let grid = BarGrid([series("B", [1, 2, 5]), series("A", [0, 2])])
    #expect(grid.symbols == ["A", "B"])
    #expect(grid.series.map(\.symbol) == ["A", "B"])
    #expect(grid.times.map { Int(($0 - monday) / 3_600_000) } == [0, 1, 2, 5])
    #expect(bars(grid) == [[0, nil], [nil, 0], [1, 1], [nil, 2]])
  }

  @Test func `the last close is held until the next bar, and there is none before the first`() {
    let grid = BarGrid([series("A", [0, 2]), series("B", [1, 2, 5])])
    #expect(grid.times.indices.map { grid.lastClose(0, at: $0) } == [0, 0, 2, 2])
    #expect(grid.times.indices.map { grid.lastClose(1, at: $0) } == [nil, 1, 2, 5])
  }

  @Test func `the order of the series does not matter`() {
    let all = [series("C", [3, 4]), series("A", [0, 3]), series("B", [])]
    let grid = BarGrid(all)
    for order in [[0, 2, 1], [2, 1, 0], [1, 0, 2]] {
      let other = BarGrid(order.map { all[$0] })
      #expect(other.symbols == grid.symbols)
      #expect(other.times == grid.times)
      #expect(bars(other) == bars(grid))
    }
    #expect(bars(grid) == [[0, nil, nil], [1, nil, 0], [nil, nil, 1]])
  }

  @Test func `steps are chosen by their close, both ends included`() {
    let grid = BarGrid([series("A", [0, 1, 2, 5])])
    func hour(_ hour: Int64) -> Timestamp { monday + hour * 3_600_000 }
    #expect(grid.knownAt(3) == hour(6))
    // Closes at 1, 2, 3 and 6 o'clock.
    #expect(grid.steps(from: hour(2), to: hour(3)) == 1..<3)
    #expect(grid.steps(from: hour(2) + 1, to: hour(3) - 1).isEmpty)
    #expect(grid.steps(from: hour(0), to: hour(9)) == 0..<4)
    #expect(grid.steps(from: hour(4), to: hour(5)).isEmpty)
    #expect(grid.steps(from: hour(6), to: hour(6)) == 3..<4)
    #expect(grid.steps(from: hour(6), to: hour(1)).isEmpty)
    #expect(grid.steps(from: .distantPast, to: .distantFuture) == 0..<4)
  }

  @Test func `every bar stands at its time, over generated series with gaps`() {
    var random = SplitMix(seed: 51)
    for _ in 0..<20 {
      let all = (0..<5).map { index in
        series(
          Symbol("S\(index)"), (0..<80).filter { _ in Bool.random(using: &random) })
      }
      let grid = BarGrid(all)
      #expect(grid.times == Set(all.flatMap(\.times)).sorted())
      for (symbol, one) in grid.series.enumerated() {
        let standing = grid.times.indices.compactMap { grid.bar(symbol, at: $0) }
        #expect(standing == Array(one.indices))
        for step in grid.times.indices {
          if let bar = grid.bar(symbol, at: step) { #expect(one.times[bar] == grid.times[step]) }
          let last = one.last { $0.time <= grid.times[step] }
          #expect(grid.lastClose(symbol, at: step) == last?.close)
        }
      }
    }
  }

  @Test func `series without bars make a grid without steps`() {
    let grid = BarGrid([series("A", [])])
    #expect(grid.times.isEmpty)
    #expect(grid.steps(from: .distantPast, to: .distantFuture).isEmpty)
  }
}
