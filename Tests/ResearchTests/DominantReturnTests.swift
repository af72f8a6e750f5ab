import Market
import Research
import Statistics
import Testing

/// One return that makes most of the variance, and the bars that make such returns.
@Suite struct DominantReturnTests {
  private let start = Timestamp(year: 2018, month: 4, day: 1)

  /// Daily returns of one percent, up and down in turn, and `change` in place of number 20.
  private func curve(_ change: Double, returns: Int = 60) throws -> RunCurve {
    var equity = [100.0]
    for index in 0..<returns {
      let own = index == 20 ? change : index.isMultiple(of: 2) ? 0.01 : -0.01
      equity.append(equity[index] * (1 + own))
    }
    return try curve(equity)
  }

  private func curve(_ equity: [Double]) throws -> RunCurve {
    RunCurve(
      name: "portfolio",
      times: equity.indices.map { start + Int64($0) * Timestamp.millisecondsPerDay },
      equity: equity, performance: try PerformanceSummary(equity: equity, barsPerYear: 365),
      sharpeInterval: nil, orders: 0, turnoverPerYear: 0, costPerYear: 0, exposure: 1)
  }

  @Test func `a return is found that makes more than half of the variance`() throws {
    // Squares come to .01 + 59 · .0001 = .0159, the sum to .1 + 29 · .01 − 30 · .01 = .09, the mean to .0015.
    // About it: .0985² = .00970225 of .0159 − 60 · .0015² = .015765.
    let found = try #require(try curve(0.1).dominantReturn)
    #expect(found.time == start + 21 * Timestamp.millisecondsPerDay)
    #expect(abs(found.change - 0.1) < 1e-12)
    #expect(abs(found.share - 0.00970225 / 0.015765) < 1e-12)
    // .0049 of .0108 is less than half of it.
    #expect(try curve(0.07).dominantReturn == nil)
    #expect(try curve(-0.1).dominantReturn != nil)
  }

  @Test func `too few returns, none that vary and what is lost have no such return`() throws {
    #expect(try curve(0.1, returns: 30).dominantReturn != nil)
    #expect(try curve(0.1, returns: 29).dominantReturn == nil)
    #expect(try curve(Array(repeating: 100, count: 60)).dominantReturn == nil)
    var lost = try curve(0.1)
    lost.equity[40] = 0
    #expect(lost.dominantReturn == nil)
  }

  @Test func `a bad print is warned of: its bars, and the return that it makes`() async throws {
    let base = try await Laboratory.unskilled.value
    let clean = try base.backtest.report(base.outcome, trialSharpes: [], inputs: [], warnings: [])
    // The last hour of a day, whose close the daily returns see.
    let time = GeneratedMarket.time(day: 199, hour: 23)
    #expect(clean.start < time && time < clean.end)
    let market = Laboratory.noise.mapping("BTC") { bar in
      guard bar.time == time else { return bar }
      var changed = bar
      changed.close *= 50
      changed.high = changed.close
      return changed
    }
    let trial = try await Trial(base.portfolio, on: market, plan: base.plan, models: base.models)
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    let moves = report.warnings.filter { $0.contains("the close moves from ") }
    #expect(moves.count == 1)
    #expect(moves[0].hasPrefix("BTC: ") && moves[0].contains("(and 1 more such move)"))
    #expect(moves[0].contains("bad print") && moves[0].contains("`data check`"))
    let returns = report.warnings.filter { $0.contains(" of the variance of the returns of ") }
    #expect(returns.count == 1)
    #expect(returns[0].hasPrefix("one day (\(time.date), +"))
    #expect(returns[0].contains(" of the returns of the portfolio, and most of that of "))
    #expect(report.portfolio.dominantReturn?.time == time + GeneratedMarket.hour)
    for word in ["the close moves from ", " of the variance of "] {
      #expect(!clean.warnings.contains { $0.contains(word) })
    }
  }

  @Test func `a split that prices are not adjusted for is one move of its symbol`() async throws {
    let base = try await Laboratory.unskilled.value
    let split = GeneratedMarket.time(day: 200)
    let market = Laboratory.noise.mapping("ETH") { bar in
      guard bar.time >= split else { return bar }
      return Bar(
        time: bar.time, open: bar.open * 10, high: bar.high * 10, low: bar.low * 10,
        close: bar.close * 10, volume: bar.volume / 10)
    }
    let trial = try await Trial(base.portfolio, on: market, plan: base.plan, models: base.models)
    let report = try trial.backtest.report(
      trial.outcome, trialSharpes: [], inputs: [], warnings: [])
    let moves = report.warnings.filter { $0.contains("the close moves from ") }
    #expect(moves.count == 1)
    let eth = market.series("ETH")
    let index = try #require(eth.times.firstIndex(of: split))
    let (from, to) = (eth.closes[index - 1], eth.closes[index])
    #expect(moves[0].hasPrefix("ETH: the close moves from \(from) to \(to) at \(split): bad print"))
  }
}
