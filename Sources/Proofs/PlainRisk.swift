import Foundation
import Market
import Research
import SignalGraph

/// Volatilities and correlations written a second time, as plainly as they can be: every figure is a
/// sum over the whole history, with a weight of `2^(-age/half-life)` a return.
///
/// A return's age is counted in the returns that came after it: those of its symbol for a volatility,
/// those that both symbols have for a correlation. Correlations are shrunk to their mean m, by
/// `d = Σ p² (z_i z_j - C_ij)² / Σ (C_ij - m)²` over all pairs (weighted Ledoit-Wolf).
///
/// Where symbols keep several calendars, a correlation is of returns between closes that all of them have,
/// and a volatility of a bar counts `√(P_i/P)`, P_i the bars a year of its symbol's calendar and P the most
/// that any has.
struct PlainRisk {
  /// Rows and columns are the symbols that can be measured.
  struct Estimate {
    var symbols: [Symbol]
    var volatilities: [Double]
    var correlation: [[Double]]

    /// The rows and columns of some symbols.
    func part(_ names: [Symbol]) -> Estimate {
      let rows = symbols.indices.filter { names.contains(symbols[$0]) }
      return Estimate(
        symbols: rows.map { symbols[$0] }, volatilities: rows.map { volatilities[$0] },
        correlation: rows.map { row in rows.map { correlation[row][$0] } })
    }
  }

  private let symbols: [Symbol]
  private let timeframe: Timeframe
  /// Opens of the bars of any symbol.
  private let times: [Timestamp]
  /// By symbol, a return an entry of `times`; NaN where there is none.
  private let returns: [[Double]]
  /// Those of `times` at which no market of the symbols' is closed.
  private let commonTimes: [Timestamp]
  /// By symbol, a return an entry of `commonTimes`.
  private let commonReturns: [[Double]]
  private let calendars: [TradingCalendar]
  /// `√(P_i/P)` by symbol.
  private let scales: [Double]

  init(_ history: MarketHistory, _ timeframe: Timeframe) {
    let series = history.symbols.map { history.series(NodeKey($0, timeframe)) }
    symbols = history.symbols
    self.timeframe = timeframe
    let times = Set(series.flatMap(\.times)).sorted()
    let commonTimes = PlainRisk.commonTimes(times, series)
    self.times = times
    self.commonTimes = commonTimes
    returns = series.map { own in
      PlainRisk.returns(
        own, at: times, beside: series.filter { $0.calendar == own.calendar })
    }
    commonReturns = series.map { PlainRisk.returns($0, at: commonTimes, beside: series) }
    calendars = series.map(\.calendar)
    let years = series.map { $0.calendar.barsPerYear(timeframe) }
    scales = years.map { ($0 / (years.max() ?? $0)).squareRoot() }
  }

  /// The returns of a series from one of its bars that open at given times to the next.
  /// - Parameter beside: the series that are measured together, itself included.
  private static func returns(
    _ own: BarSeries, at times: [Timestamp], beside: [BarSeries]
  ) -> [Double] {
    let bars = Dictionary(uniqueKeysWithValues: zip(own.times, own.times.indices))
    var last: Int?
    return times.map { time in
      guard let bar = bars[time] else { return .nan }
      defer { last = bar }
      guard let before = last else { return .nan }
      // What a price does over a hole of more than three bars is no bar's return.
      let isHole = (before + 1...bar).contains { next in
        let (from, to) = (own.times[next - 1], own.times[next])
        return own.calendar.missingSlots(from: from, to: to, own.timeframe) > 3
          && !isHoliday(of: own, from: from, to: to, beside: beside)
      }
      return isHole ? .nan : own.closes[bar] / own.closes[before] - 1
    }
  }

  /// Whether the exchange of a series was closed between two of its bars, two weeks apart at most: the others
  /// have bars of three times there, or of fewer.
  private static func isHoliday(
    of own: BarSeries, from: Timestamp, to: Timestamp, beside: [BarSeries]
  ) -> Bool {
    guard own.calendar == .sessions, to - from <= 14 * Timestamp.millisecondsPerDay else {
      return false
    }
    let traded = beside.filter { $0.symbol != own.symbol }.flatMap(\.times)
    return Set(traded.filter { $0 > from && $0 < to }).count <= 3
  }

  /// The times at which no calendar is closed: any of its symbols has a bar, none of them has begun, or one
  /// is missing that should be there.
  private static func commonTimes(_ times: [Timestamp], _ series: [BarSeries]) -> [Timestamp] {
    Set(series.map(\.calendar)).reduce(times) { left, calendar in
      let opens = Set(series.filter { $0.calendar == calendar }.flatMap(\.times)).sorted()
      let timeframe = series[0].timeframe
      return left.filter { time in
        guard let last = opens.last(where: { $0 <= time }), last != time else { return true }
        return calendar.missingSlots(from: last, to: time + timeframe.milliseconds, timeframe) > 0
      }
    }
  }

  /// What is known of risk at `now`.
  /// - Parameters:
  ///   - least: returns that a symbol, or a pair, must have.
  ///   - halfLives: of volatilities and correlations, in bars.
  func estimate(
    at now: Timestamp, least: Int, halfLives: (volatility: Double, correlation: Double) = (20, 60)
  ) -> Estimate {
    let known = countKnown(times.count, at: now) { times[$0] + timeframe.milliseconds }
    let knownInCommon = countKnown(commonTimes.count, at: now) {
      commonTimes[$0] + timeframe.milliseconds
    }
    let past = returns.map { Array($0[..<known]) }
    let common = commonReturns.map { Array($0[..<knownInCommon]) }
    let ofVolatility = PlainRisk.weights(known, halfLives.volatility)
    let ofCorrelation = PlainRisk.weights(known, halfLives.correlation)
    // Of the bars of its own market, and of those that all have.
    let all = PlainRisk.deviations(common, ofVolatility, least)
    var own = all
    for calendar in TradingCalendar.allCases {
      let members = symbols.indices.filter { calendars[$0] == calendar }
      let found = PlainRisk.deviations(members.map { past[$0] }, ofVolatility, least)
      for (member, deviation) in zip(members, found) { own[member] = deviation }
    }
    let usable = symbols.indices.filter { all[$0] != nil && own[$0] != nil }
    return Estimate(
      symbols: usable.map { symbols[$0] },
      volatilities: usable.map { (own[$0] ?? 0) * scales[$0] },
      correlation: PlainRisk.shrunk(usable.map { common[$0] }, ofCorrelation, max(2, least)))
  }

  /// Of a bar of each symbol of a market; nil where that cannot be measured.
  private static func deviations(_ past: [[Double]], _ weights: [Double], _ least: Int)
    -> [Double?]
  {
    past.map { returns -> Double? in
      let own = returns.filter { !$0.isNaN }
      // What has not moved in the last twenty returns, or in forty of sixty, does not move.
      guard own.count >= max(2, least), own.suffix(20).contains(where: { $0 != 0 }),
        own.suffix(60).count(where: { $0 == 0 }) < 40
      else { return nil }
      let deviation = mean(own.map { $0 * $0 }, weights).squareRoot()
      // Nor does what moves by a hundred-thousandth a bar.
      return deviation > 1e-5 ? deviation : nil
    }
  }

  /// `2^(-age/half-life)` by age.
  private static func weights(_ count: Int, _ halfLife: Double) -> [Double] {
    (0..<count).map { exp2(-Double($0) / halfLife) }
  }

  /// The mean of values, oldest first, with weights by age.
  private static func mean(_ values: [Double], _ weights: [Double]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (value, weight) in zip(values.reversed(), weights) {
      sum += weight * value
      total += weight
    }
    return sum / total
  }

  /// What two symbols have in common.
  private struct Pair {
    var correlation: Double
    /// `Σ p² (z_i z_j - C_ij)²`.
    var noise: Double
  }

  /// Nil where two symbols have too few returns in common, or one of them does not move.
  private static func pair(_ a: [Double], _ b: [Double], _ weights: [Double], _ least: Int) -> Pair?
  {
    var (common, total, ofA, ofB, product) = (0, 0.0, 0.0, 0.0, 0.0)
    for t in a.indices.reversed() where !a[t].isNaN && !b[t].isNaN {
      let (x, y) = (a[t], b[t])
      let weight = weights[common]
      common += 1
      total += weight
      ofA += weight * x * x
      ofB += weight * y * y
      product += weight * x * y
    }
    let scale = (ofA * ofB).squareRoot()
    guard common >= least, scale > 0 else { return nil }
    var pair = Pair(correlation: max(-1, min(1, product / scale)), noise: 0)
    common = 0
    for t in a.indices.reversed() where !a[t].isNaN && !b[t].isNaN {
      let share = weights[common] / total
      common += 1
      let gap = a[t] * b[t] * total / scale - pair.correlation
      pair.noise += share * share * gap * gap
    }
    return pair
  }

  private static func shrunk(_ past: [[Double]], _ weights: [Double], _ least: Int) -> [[Double]] {
    let n = past.count
    var plain = Array(repeating: Array(repeating: Double?.none, count: n), count: n)
    var (noise, sum, pairs) = (0.0, 0.0, 0)
    for i in 0..<n {
      for j in i..<n {
        guard let pair = pair(past[i], past[j], weights, least) else { continue }
        (plain[i][j], plain[j][i]) = (pair.correlation, pair.correlation)
        noise += (i == j ? 1 : 2) * pair.noise
        if i != j {
          sum += pair.correlation
          pairs += 1
        }
      }
    }
    let middle = pairs > 0 ? sum / Double(pairs) : 0
    var spread = 0.0
    for i in 0..<n {
      for j in 0..<n where i != j {
        if let value = plain[i][j] { spread += (value - middle) * (value - middle) }
      }
    }
    let part = spread > 0 ? min(1, noise / spread) : 1
    return (0..<n).map { i in
      (0..<n).map { j in
        i == j ? 1 : plain[i][j].map { (1 - part) * $0 + part * middle } ?? middle
      }
    }
  }
}
