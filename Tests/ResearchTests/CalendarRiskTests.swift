import Allocation
import Kernels
import Market
import SignalGraph
import Testing

/// Risk of symbols that keep several calendars: each volatility on its own bars and by its own year,
/// correlations between closes that all markets have.
@Suite struct CalendarRiskTests {
  /// Daily bars of a few coins, shares and currencies that move together; everything follows from the
  /// seed. Shares have holidays of their own calendar, one of them is listed late.
  struct MixedMarket: Sendable {
    var seed: UInt64
    var days = 420
    /// What the coins' weekend closes are multiplied by.
    var weekend = 1.0
    var calendars: [Symbol: TradingCalendar] = [
      "COIN1": .continuous, "COIN2": .continuous, "SHARE1": .sessions, "SHARE2": .sessions,
      "EUR": .weekdays,
    ]

    static let start = Timestamp(year: 2018, month: 1, day: 1)

    func series(_ symbol: Symbol) -> BarSeries {
      let calendar = calendars[symbol, default: .continuous]
      var common = CounterRandom(seed: seed, path: ["common"])
      var random = CounterRandom(seed: seed, path: [symbol.name])
      var holidays = CounterRandom(seed: seed, path: ["holidays", calendar.rawValue])
      var series = BarSeries(symbol: symbol, timeframe: .d1, calendar: calendar)
      var price = 100.0
      for day in 0..<days {
        let time = MixedMarket.start + Int64(day) * Timestamp.millisecondsPerDay
        let isHoliday = calendar != .continuous && holidays.uniform() < 0.03
        let (own, shared) = (random.normal(), common.normal())
        price *= Elementary.exp(0.012 * (0.6 * shared + 0.8 * own))
        let isWeekend = time.weekday >= 5
        guard calendar == .continuous || !(isWeekend || isHoliday) else { continue }
        guard symbol != "SHARE2" || day > 90 else { continue }
        let close = isWeekend ? price * weekend : price
        series.append(
          Bar(time: time, open: close, high: close, low: close, close: close, volume: 1))
      }
      return series
    }

    func grid(_ symbols: [Symbol]? = nil) -> BarGrid {
      BarGrid((symbols ?? calendars.keys.sorted()).map(series))
    }
  }

  /// The methods that need no regimes.
  static let methods = CovarianceMethod.allCases.filter { $0 != .mixture }

  private static func settings(_ method: CovarianceMethod, lag: Bool = false) -> AllocationSettings
  {
    AllocationSettings(covariance: method, window: 200, correctsLag: lag)
  }

  private static func estimate(
    _ grid: BarGrid, _ settings: AllocationSettings = AllocationSettings()
  ) throws -> CovarianceEstimate {
    var history = try RiskHistory(grid: grid, settings: settings)
    return try history.estimate(at: .distantFuture, minimumObservations: 60)
  }

  /// A coin of fixed moves and a share that costs what the coin costs, on weekdays.
  private static var twins: BarGrid {
    let moves = [0.03, -0.02, 0.015, -0.005, 0.02, -0.06, 0.02]
    var coin = BarSeries(symbol: "COIN", timeframe: .d1, calendar: .continuous)
    var share = BarSeries(symbol: "SHARE", timeframe: .d1, calendar: .sessions)
    var price = 100.0
    for day in 0..<280 {
      price *= 1 + moves[day % 7]
      let bar = Bar(
        time: MixedMarket.start + Int64(day) * Timestamp.millisecondsPerDay, open: price,
        high: price,
        low: price, close: price, volume: 1)
      coin.append(bar)
      if bar.time.weekday < 5 { share.append(bar) }
    }
    return BarGrid([coin, share])
  }

  /// The root of the weighted mean square, half-life 20 bars.
  private static func volatility(_ series: BarSeries) -> Double {
    var (sum, total, weight) = (0.0, 0.0, 1.0)
    for index in series.indices.dropFirst().reversed() {
      let move = series.closes[index] / series.closes[index - 1] - 1
      sum += weight * move * move
      total += weight
      weight *= Elementary.exp(-Elementary.log(2) / 20)
    }
    return (sum / total).squareRoot()
  }

  @Test func `G: a coin and a share of the same price are one risk of two years`() throws {
    let grid = Self.twins
    let estimate = try Self.estimate(grid)
    #expect(estimate.symbols == ["COIN", "SHARE"])
    let (coin, share) = (Self.volatility(grid.series[0]), Self.volatility(grid.series[1]))
    #expect(abs(estimate.volatilities[0] / coin - 1) < 1e-12)
    #expect(abs(estimate.volatilities[1] / (share * (252.0 / 365).squareRoot()) - 1) < 1e-12)
    // From Friday to Monday the coin's weekend is in both. Row by row it is in one of them.
    #expect(abs(estimate.correlation[0, 1] - 1) < 1e-9)
    let rowByRow = try TwoSpeedCovariance.estimate(
      symbols: grid.symbols, returns: Self.rows(grid).map { $0.map { $0.isNaN ? nil : $0 } })
    #expect(rowByRow.correlation[0, 1] < 0.6)

    // Equal weights at a target: e = .1 / (½ σ_c √365 + ½ σ_s √252).
    let decision = try Allocator(settings: AllocationSettings(volatilityTarget: 0.1)).decide(
      AllocationInput(
        assets: [AssetInput(symbol: "COIN"), AssetInput(symbol: "SHARE", netAlpha: 0.02)],
        covariance: estimate, periodsPerYear: CommonYear(grid).periods))
    let annual = (coin * 365.0.squareRoot() + share * 252.0.squareRoot()) / 2
    #expect(abs(try #require(decision.priorVolatility) / annual - 1) < 1e-9)
    #expect(abs(decision.exposure / (0.1 / annual) - 1) < 1e-9)
    // The tilt's unit is SR0 σ_s √252.
    let tilt = 1 + 0.02 / (0.5 * share * 252.0.squareRoot())
    #expect(abs(decision.lines[1].tiltMultiplier / tilt - 1) < 1e-12)
    #expect(decision.lines[0].tiltMultiplier == 1)
  }

  /// Returns since each symbol's last close, one row a step.
  private static func rows(_ grid: BarGrid) -> [[Double]] {
    grid.times.indices.map { step in
      grid.symbols.indices.map { symbol in
        guard let bar = grid.bar(symbol, at: step), bar > 0 else { return .nan }
        return grid.series[symbol].closes[bar] / grid.series[symbol].closes[bar - 1] - 1
      }
    }
  }

  @Test(arguments: methods, [UInt64(1), 2])
  func `a volatility is that of a portfolio of its own calendar, and a weekend changes no share's`(
    method: CovarianceMethod, seed: UInt64
  ) throws {
    for lag in [false, true] {
      let (market, settings) = (MixedMarket(seed: seed), Self.settings(method, lag: lag))
      let grid = market.grid()
      let (year, mixed) = (CommonYear(grid), try Self.estimate(grid, settings))
      #expect(mixed.symbols == grid.symbols && year.periods == 365)
      for calendar in TradingCalendar.allCases {
        let own = grid.symbols.filter { market.calendars[$0] == calendar }
        let alone = try Self.estimate(market.grid(own), settings)
        for (row, symbol) in own.enumerated() {
          let place = try #require(grid.symbols.firstIndex(of: symbol))
          #expect(
            mixed.volatilities[place] == year.volatility(alone.volatilities[row], of: place))
        }
      }
      var wild = market
      wild.weekend = 1.3
      let other = try Self.estimate(wild.grid(), settings)
      for (row, symbol) in grid.symbols.enumerated() {
        let isCoin = market.calendars[symbol] == .continuous
        #expect((mixed.volatilities[row] != other.volatilities[row]) == isCoin)
      }
      // From one common close to the next the coins have moved as before.
      #expect(mixed.correlation == other.correlation)
    }
  }

  @Test(arguments: methods, TradingCalendar.allCases)
  func `one calendar is estimated row by row, to the bit`(
    method: CovarianceMethod, calendar: TradingCalendar
  ) throws {
    var market = MixedMarket(seed: 5)
    for symbol in market.calendars.keys { market.calendars[symbol] = calendar }
    let (grid, settings) = (market.grid(), Self.settings(method))
    var plain = try settings.covarianceEstimator(of: grid.symbols)
    for row in Self.rows(grid) { try plain.update(row) }
    #expect(try Self.estimate(grid, settings) == plain.estimate(minimumObservations: 60))
  }

  @Test(arguments: UInt64(10)..<16)
  func `other names of the same markets give the same risk`(seed: UInt64) throws {
    let market = MixedMarket(seed: seed)
    let grid = market.grid()
    // The last becomes the first.
    let renamed = grid.series.enumerated().map { index, one in
      BarSeries(
        symbol: Symbol("S\(9 - index)"), timeframe: .d1, calendar: one.calendar, bars: one)
    }
    let (a, b) = (try Self.estimate(grid), try Self.estimate(BarGrid(renamed)))
    let n = a.symbols.count
    for i in 0..<n {
      #expect(abs(a.volatilities[i] / b.volatilities[n - 1 - i] - 1) < 1e-12)
      for j in 0..<n {
        #expect(abs(a.correlation[i, j] - b.correlation[n - 1 - i, n - 1 - j]) < 1e-12)
      }
    }
  }

  @Test(arguments: UInt64(20)..<26)
  func `equal contributions are equal in a year of each symbol's own bars`(seed: UInt64) throws {
    let market = MixedMarket(seed: seed)
    let grid = market.grid()
    let estimate = try Self.estimate(grid)
    let decision = try Allocator(
      settings: AllocationSettings(prior: .riskParity, volatilityTarget: nil)
    ).decide(
      AllocationInput(
        assets: grid.symbols.map { AssetInput(symbol: $0) }, covariance: estimate,
        periodsPerYear: CommonYear(grid).periods))
    let annual = grid.series.map { one in
      Self.volatility(one) * one.calendar.barsPerYear(.d1).squareRoot()
    }
    let weights = decision.lines.map(\.target)
    let contributions = weights.indices.map { i in
      weights.indices.reduce(0) { sum, j in
        sum + weights[i] * weights[j] * estimate.correlation[i, j] * annual[i] * annual[j]
      }
    }
    let variance = contributions.reduce(0, +)
    for (index, own) in contributions.enumerated() {
      #expect(abs(own / variance - 0.2) < 1e-6)
      #expect(abs(try #require(decision.lines[index].riskContribution) - 0.2) < 1e-6)
    }
    #expect(abs(decision.portfolioVolatility / variance.squareRoot() - 1) < 1e-9)
  }

  @Test func `only closes that are known count, and what is known later changes nothing`() throws {
    let market = MixedMarket(seed: 31)
    let grid = market.grid()
    var history = try RiskHistory(grid: grid)
    for day in stride(from: 200, to: 420, by: 11) {
      // Of every weekday, weekends included.
      let now = MixedMarket.start + Int64(day) * Timestamp.millisecondsPerDay
      let past = BarGrid(grid.series.map { $0.known(at: now) })
      #expect(
        try history.estimate(at: now, minimumObservations: 60) == Self.estimate(past))
    }
  }

  @Test(arguments: [1, 3, 4, 700])
  func `what a price does over a hole of more than three bars is no bar's return`(missing: Int)
    throws
  {
    let market = MixedMarket(seed: 61, days: 1100)
    /// - Parameter jump: what the price is multiplied by in the hole, thirty bars before the end.
    func estimate(_ jump: Double) throws -> CovarianceEstimate {
      var holed = BarSeries(symbol: "COIN2", timeframe: .d1, calendar: .continuous)
      for (day, bar) in market.series("COIN2").enumerated() {
        guard day < 1070 - missing || day >= 1070 else { continue }
        let close = day < 1070 ? bar.close : bar.close * jump
        holed.append(
          Bar(time: bar.time, open: close, high: close, low: close, close: close, volume: 1))
      }
      return try Self.estimate(BarGrid([market.series("COIN1"), holed]))
    }
    let (plain, jumped) = (try estimate(1), try estimate(10))
    #expect(plain.symbols == ["COIN1", "COIN2"] && jumped.symbols == plain.symbols)
    let ratio = jumped.volatilities[1] / plain.volatilities[1]
    #expect(missing > 3 ? abs(ratio - 1) < 1e-12 : ratio > 2)
    #expect(jumped.observations == [1099, 1099 - missing - (missing > 3 ? 1 : 0)])
    // Beside a share, a coin's weekend is no hole.
    let shares = try Self.estimate(market.grid(["COIN1", "SHARE1"]))
    #expect(shares.observations[0] > 700)
  }

  @Test func `a symbol needs its returns at common closes too, and the reason says so`() throws {
    var market = MixedMarket(seed: 41, days: 70)
    market.calendars = ["COIN": .continuous, "SHARE": .sessions]
    let estimate = try Self.estimate(market.grid())
    // 69 returns of the coin, fewer than 50 of them from close to common close.
    #expect(estimate.symbols.isEmpty && estimate.excluded.map(\.symbol) == ["COIN", "SHARE"])
    for one in estimate.excluded {
      guard case .insufficientHistory(let have, 60) = one.reason else {
        Issue.record("\(one.reason)")
        continue
      }
      #expect((40..<50).contains(have))
    }
  }
}
