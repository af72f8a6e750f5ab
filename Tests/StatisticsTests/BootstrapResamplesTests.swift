import Statistics
import Testing

@Suite struct BootstrapResamplesTests {
  private func returns(_ seed: Int, count: Int) -> [Double] {
    (0..<count).map { Double(($0 * 7919 + seed * 104_729) % 1009) / 1e5 - 0.004 }
  }

  @Test(arguments: [1, 2, 3, 30, 257])
  func `every resample has as many values as the series, in blocks that go on round its end`(
    count: Int
  ) {
    let bootstrap = StationaryBootstrap(meanBlockLength: 6, draws: 50, seed: 3)
    #expect(bootstrap.resamples(of: count).draws == 50)
    var breaks = 0
    let values = bootstrap.distribution(count: count) { indexes in
      #expect(indexes.count == count && indexes.allSatisfy { (0..<count).contains($0) })
      breaks += zip(indexes, indexes.dropFirst()).count { $1 != ($0 + 1) % count }
      return Double(indexes[0])
    }
    #expect(values.count == 50)
    // One value in six begins a block.
    if count > 100 { #expect((1300...3200).contains(breaks)) }
  }

  @Test func `what is drawn once serves every series as if it were drawn for it`() throws {
    let bootstrap = StationaryBootstrap(meanBlockLength: 5, draws: 300, seed: 9)
    let resamples = bootstrap.resamples(of: 200)
    let (a, b) = (returns(1, count: 200), returns(2, count: 200))
    for series in [a, b] {
      let shared = try #require(try resamples.sharpe(returns: series, barsPerYear: 365))
      #expect(try bootstrap.sharpe(returns: series, barsPerYear: 365) == shared)
    }
    let difference = try #require(try resamples.sharpeDifference(a, minus: b, barsPerYear: 365))
    #expect(try bootstrap.sharpeDifference(a, minus: b, barsPerYear: 365) == difference)
  }

  @Test func `a series of another length is refused`() {
    let resamples = StationaryBootstrap(draws: 20).resamples(of: 30)
    #expect(throws: StatisticsError.lengthsDiffer(30, 31)) {
      try resamples.sharpe(returns: returns(1, count: 31), barsPerYear: 365)
    }
    #expect(throws: StatisticsError.lengthsDiffer(30, 29)) {
      try resamples.sharpeDifference(
        returns(1, count: 30), minus: returns(1, count: 29), barsPerYear: 365)
    }
  }
}
