import Kernels
import Market
import Research

/// A random hourly market: everything follows from the seed.
///
/// One chain of calm, normal and turbulent spells (volatility .6, 1 and 1.8 times the usual) drives
/// three symbols that correlate at .6. There are holes, outages of one symbol, a halt of all, and a
/// symbol that is listed late; without `gaps` there is none of these. `reversal` is the part of a
/// bar's return that the next bar takes back: it can be predicted.
struct GeneratedMarket: Sendable {
  static let symbols: [Symbol] = ["BTC", "ETH", "LTC"]
  static let start = Timestamp(year: 2018, month: 1, day: 1)
  static let hour: Int64 = 3_600_000

  /// Midnight of day `day` (0 is the first) and so many hours.
  static func time(day: Int, hour: Int = 0, minute: Int = 0) -> Timestamp {
    start + Int64(day * 24 + hour) * GeneratedMarket.hour + Int64(minute) * 60_000
  }

  /// LTC is listed late, in the middle of a 4h bar.
  static let listing = time(day: 20, hour: 5)
  /// ETH is away from 19:00 to 03:00: its 4h and its daily bar end without their last slots and still
  /// have three quarters of them.
  static let evening = time(day: 130, hour: 19)..<time(day: 131, hour: 3)
  /// LTC is away for 40 hours, longer than a price may be stale.
  static let outage = time(day: 150, hour: 17)..<time(day: 152, hour: 9)
  /// Nobody trades for 7 hours.
  static let halt = time(day: 170, hour: 5)..<time(day: 170, hour: 12)

  private(set) var bars: [Symbol: [Bar]]

  init(seed: UInt64, days: Int = 225, reversal: Double = 0, gaps: Bool = true) {
    var regimes = CounterRandom(seed: seed, path: ["regimes"])
    var common = CounterRandom(seed: seed, path: ["common"])
    let volatilities = [0.6, 1.0, 1.8]
    var state = 1
    var sigmas: [Double] = []
    var factor: [Double] = []
    for _ in 0..<days * 24 {
      if regimes.uniform() < 1.0 / 160 { state = (state + 1 + regimes.below(2)) % 3 }
      sigmas.append(0.006 * volatilities[state])
      factor.append(common.normal())
    }
    bars = [:]
    for symbol in GeneratedMarket.symbols {
      bars[symbol] = GeneratedMarket.path(
        symbol, seed: seed, sigmas: sigmas, factor: factor, reversal: reversal, gaps: gaps)
    }
  }

  private static func path(
    _ symbol: Symbol, seed: UInt64, sigmas: [Double], factor: [Double], reversal: Double,
    gaps: Bool
  ) -> [Bar] {
    var random = CounterRandom(seed: seed, path: ["path", symbol.name])
    var bars: [Bar] = []
    var price = 100.0
    var last = 0.0
    for (index, sigma) in sigmas.enumerated() {
      let noise = 0.6.squareRoot() * factor[index] + 0.4.squareRoot() * random.normal()
      let move = sigma * noise - reversal * last
      last = move
      let open = price * Elementary.exp(0.05 * sigma * random.normal())
      price *= Elementary.exp(move)
      let above = Elementary.exp(0.5 * sigma * abs(random.normal()))
      let below = Elementary.exp(-0.5 * sigma * abs(random.normal()))
      let volume = 1000 * sigma * Elementary.exp(0.5 * random.normal())
      let isHole = random.uniform() < 0.003
      let time = start + Int64(index) * hour
      if gaps, isHole || isAbsent(symbol, at: time) { continue }
      bars.append(
        Bar(
          time: time, open: open, high: max(open, price) * above,
          low: min(open, price) * below, close: price, volume: volume))
    }
    return bars
  }

  private static func isAbsent(_ symbol: Symbol, at time: Timestamp) -> Bool {
    if halt.contains(time) { return true }
    switch symbol {
    case "LTC": return time < listing || outage.contains(time)
    case "ETH": return evening.contains(time)
    default: return false
    }
  }

  /// The market with everything that is not known at `now` multiplied by random factors.
  ///
  /// A bar is known at its close, its open price when it opens: of a bar in progress the open stays.
  /// - Parameter scale: of the logarithm of the factor on prices.
  func corrupted(after now: Timestamp, scale: Double = 0.3) -> GeneratedMarket {
    var copy = self
    for symbol in GeneratedMarket.symbols {
      var random = CounterRandom(seed: 1, path: ["corruption", symbol.name])
      copy.bars[symbol] = bars[symbol]?.map { bar in
        let price = Elementary.exp(scale * random.normal())
        let volume = Elementary.exp(random.normal())
        guard bar.time + GeneratedMarket.hour > now else { return bar }
        let open = bar.time <= now ? bar.open : bar.open * price
        return Bar(
          time: bar.time, open: open, high: max(open, bar.high * price),
          low: min(open, bar.low * price), close: bar.close * price, volume: bar.volume * volume)
      }
    }
    return copy
  }

  /// The market with the close of one bar changed.
  func changing(_ symbol: Symbol, barKnownAt now: Timestamp) -> GeneratedMarket {
    var copy = self
    copy.bars[symbol] = bars[symbol]?.map { bar in
      guard bar.time + GeneratedMarket.hour == now else { return bar }
      var changed = bar
      changed.close = 0.5 * (bar.low + bar.high)
      return changed
    }
    return copy
  }

  /// The market with every bar of one symbol changed.
  func mapping(_ symbol: Symbol, _ change: (Bar) -> Bar) -> GeneratedMarket {
    var copy = self
    copy.bars[symbol] = bars[symbol]?.map(change)
    return copy
  }

  /// The market with other volumes in all bars that are not known at `now`.
  func multiplyingVolumes(after now: Timestamp) -> GeneratedMarket {
    var copy = self
    for symbol in GeneratedMarket.symbols {
      var random = CounterRandom(seed: 2, path: ["volumes", symbol.name])
      copy.bars[symbol] = bars[symbol]?.map { bar in
        var changed = bar
        changed.volume *= Elementary.exp(random.normal())
        return bar.time + GeneratedMarket.hour > now ? changed : bar
      }
    }
    return copy
  }

  /// The bars that are known at `now`, and no others.
  func truncated(at now: Timestamp) -> GeneratedMarket {
    var copy = self
    for symbol in GeneratedMarket.symbols {
      copy.bars[symbol] = bars[symbol]?.filter { $0.time + GeneratedMarket.hour <= now }
    }
    return copy
  }

  /// The market with those bars alone of one symbol that open in a stretch of time.
  func keeping(_ symbol: Symbol, _ stretch: Range<Timestamp>) -> GeneratedMarket {
    var copy = self
    copy.bars[symbol] = bars[symbol]?.filter { stretch.contains($0.time) }
    return copy
  }

  /// The market with one symbol at its last price over a stretch of time; it goes on from there.
  func standingStill(_ symbol: Symbol, _ stretch: Range<Timestamp>) -> GeneratedMarket {
    var copy = self
    var (last, factor) = (100.0, 1.0)
    copy.bars[symbol] = bars[symbol]?.map { bar in
      guard stretch.contains(bar.time) else {
        if bar.time < stretch.lowerBound { last = bar.close }
        return Bar(
          time: bar.time, open: factor * bar.open, high: factor * bar.high, low: factor * bar.low,
          close: factor * bar.close, volume: bar.volume)
      }
      factor = last / bar.close
      return Bar(
        time: bar.time, open: last, high: last, low: last, close: last, volume: bar.volume)
    }
    return copy
  }

  func series(_ symbol: Symbol) -> BarSeries {
    BarSeries(
      symbol: symbol, timeframe: .h1, calendar: .continuous, bars: bars[symbol] ?? [])
  }

  /// The bars of a portfolio's nodes; the slower ones are resampled.
  func history(_ portfolio: Portfolio) throws -> MarketHistory {
    try MarketHistory(
      symbols: portfolio.symbols, timeframes: portfolio.timeframes.map(\.timeframe),
      primary: portfolio.primary, risk: portfolio.riskTimeframe
    ) { symbol, timeframe in
      timeframe == .h1
        ? series(symbol)
        : BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
    }
  }
}
