import Allocation
import Kernels
import Market
import SignalGraph
import Testing

/// What a share's price does while nothing of it is traded: because its exchange is closed, or it alone.
@Suite struct ClosedExchangeTests {
  private typealias Bars = CalendarRiskTests.MixedMarket

  /// A Monday, 42 days before the end.
  private static let monday = 54 * 7

  /// Two shares, weekdays of one price each, and perhaps a coin; from the Monday on some shares have no bar
  /// for so many business days, and then their prices are multiplied.
  private static func grid(
    shut closed: Set<Symbol>, for days: Int, then jump: Double, of symbols: [Symbol] = ["A", "B"],
    beside coins: [Symbol] = []
  ) -> BarGrid {
    let market = Bars(seed: 71)
    let shares = symbols.map { symbol in
      var series = BarSeries(symbol: symbol, timeframe: .d1, calendar: .sessions)
      for (day, bar) in market.series(symbol).enumerated() where bar.time.weekday < 5 {
        let missing = (day - monday) / 7 * 5 + (day - monday) % 7
        let isAfter = day >= monday && missing >= days
        guard day < monday || isAfter || !closed.contains(symbol) else { continue }
        let close = isAfter && closed.contains(symbol) ? bar.close * jump : bar.close
        series.append(
          Bar(time: bar.time, open: close, high: close, low: close, close: close, volume: 1))
      }
      return series
    }
    return BarGrid(shares + coins.map { market.series($0) })
  }

  private static func estimate(_ grid: BarGrid) throws -> CovarianceEstimate {
    var history = try RiskHistory(grid: grid)
    return try history.estimate(at: .distantFuture, minimumObservations: 60)
  }

  @Test(arguments: [1, 3, 4, 5, 9, 10])
  func `what a price does while its exchange is closed is a return, what it does in a halt is none`(
    days: Int
  ) throws {
    // From Friday to the Friday after next are fourteen nights.
    for (closed, counts) in [
      (["A", "B"] as Set<Symbol>, days < 10), (["A"] as Set<Symbol>, days < 4),
    ] {
      let (plain, jumped) = (
        try Self.estimate(Self.grid(shut: closed, for: days, then: 1)),
        try Self.estimate(Self.grid(shut: closed, for: days, then: 0.7))
      )
      #expect(plain.symbols == ["A", "B"] && jumped.symbols == plain.symbols)
      #expect(plain.observations == jumped.observations)
      for (row, symbol) in plain.symbols.enumerated() where closed.contains(symbol) {
        let ratio = jumped.volatilities[row] / plain.volatilities[row]
        #expect(counts ? ratio > 2 : abs(ratio - 1) < 1e-12, "\(closed.count), \(symbol)")
        // Of 300 weekdays.
        #expect(plain.observations[row] == 299 - days - (counts ? 0 : 1))
      }
    }
  }

  @Test(arguments: [(5, true), (10, false)])
  func `a share by itself is taken for closed up to two weeks`(days: Int, counts: Bool) throws {
    let (plain, jumped) = (
      try Self.estimate(Self.grid(shut: ["A"], for: days, then: 1, of: ["A"])),
      try Self.estimate(Self.grid(shut: ["A"], for: days, then: 0.7, of: ["A"]))
    )
    #expect(plain.observations == [299 - days - (counts ? 0 : 1)])
    let ratio = jumped.volatilities[0] / plain.volatilities[0]
    #expect(counts ? ratio > 2 : abs(ratio - 1) < 1e-12)
  }

  @Test func `beside a coin a closed exchange's return is a volatility and no correlation`()
    throws
  {
    let (plain, jumped) = (
      try Self.estimate(Self.grid(shut: ["A", "B"], for: 5, then: 1, beside: ["COIN1"])),
      try Self.estimate(Self.grid(shut: ["A", "B"], for: 5, then: 0.7, beside: ["COIN1"]))
    )
    #expect(plain.symbols == ["A", "B", "COIN1"])
    for share in 0..<2 {
      #expect(jumped.volatilities[share] > 2 * plain.volatilities[share])
    }
    #expect(abs(jumped.volatilities[2] / plain.volatilities[2] - 1) < 1e-12)
    // The coin has gone on, over days of its own.
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(jumped.correlation[i, j] - plain.correlation[i, j]) < 1e-9) }
    }
  }

  @Test(arguments: [["A"], ["A", "B"]] as [Set<Symbol>])
  func `which of the two it was is told by the bars so far`(closed: Set<Symbol>) throws {
    let grid = Self.grid(shut: closed, for: 5, then: 0.7)
    var history = try RiskHistory(grid: grid)
    for day in Self.monday - 3...Self.monday + 14 {
      let now = Bars.start + Int64(day) * Timestamp.millisecondsPerDay
      let past = BarGrid(grid.series.map { $0.known(at: now) })
      #expect(try history.estimate(at: now, minimumObservations: 60) == Self.estimate(past))
    }
  }
}
