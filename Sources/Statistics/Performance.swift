import Kernels

/// What an equity series earned and risked. A figure that is not defined is nil, never NaN.
///
/// Conventions (those on which quantstats 0.0.86 and empyrical 0.7 agree, where they do): returns
/// are simple, a step apart; `barsPerYear` comes from the trading calendar and annualises all; the
/// risk-free rate is yearly and converted geometrically; drawdowns are compounded and start from the
/// first value.
public struct PerformanceSummary: Sendable, Equatable {
  /// Returns in the series: values − 1.
  public let steps: Int
  public let barsPerYear: Double
  /// A year, compounded.
  public let riskFreeRate: Double
  /// Last value over first, − 1.
  public let totalReturn: Double
  /// `W^(P/T) − 1`, W the last value over the first. Nil when equity ends below 0.
  public let compoundAnnualGrowthRate: Double?
  /// Sample standard deviation times √P. Needs two returns.
  public let annualisedVolatility: Double?
  /// Mean over sample standard deviation of the excess returns, times √P. Nil without spread.
  public let sharpe: Double?
  /// The same for one bar: what the tests of significance take.
  public let sharpePerBar: Double?
  /// Mean excess return over the root mean square of the negative ones (over all returns), times √P.
  /// Nil without a loss.
  public let sortino: Double?
  /// Compound growth rate over the depth of the deepest drawdown. Nil without one.
  public let calmar: Double?
  /// The deepest drawdown (the first of them); nil when equity never falls.
  public let maximumDrawdown: Drawdown?
  /// The drawdown with the most values below its peak.
  public let longestDrawdown: Drawdown?
  public let drawdownCount: Int
  /// Root mean square of the distance from the peak.
  public let ulcerIndex: Double
  /// The 5 % quantile of the returns, linear between order statistics: negative for a loss.
  public let valueAtRisk95: Double?
  /// The mean of the returns at or below `valueAtRisk95`.
  public let conditionalValueAtRisk95: Double?
  public let best: Double?
  public let worst: Double?
  /// Corrected for the sample's size. Needs three returns and spread.
  public let skewness: Double?
  /// Corrected for the sample's size; 0 for a normal distribution. Needs four returns and spread.
  public let excessKurtosis: Double?
  /// The share of the returns that are above 0 among those that are not 0.
  public let winRate: Double?
  /// The returns that are not 0, over all.
  public let activeShare: Double?
  /// The first value that is not above 0. From there on a return has no meaning: the figures that
  /// need returns are nil.
  public let ruinedAt: Int?

  /// - Parameters:
  ///   - equity: values at equal steps, the first before the first return.
  ///   - barsPerYear: P, the steps in a year.
  ///   - riskFreeRate: yearly, −1 excluded; converted geometrically.
  ///   - riskFree: what cash earned over each step, in place of a rate; nil takes the rate.
  /// - Throws: `StatisticsError` for an empty or non-finite series, a start that is not above 0, a
  ///   parameter outside its range and `riskFree` of another length than the returns.
  public init(
    equity: [Double], barsPerYear: Double, riskFreeRate: Double = 0, riskFree: [Double]? = nil
  ) throws(StatisticsError) {
    guard let first = equity.first, let last = equity.last else {
      throw .tooShort(have: 0, need: 1)
    }
    try requireFinite(equity)
    guard first > 0 else { throw .startNotPositive(value: first) }
    guard barsPerYear > 0, barsPerYear.isFinite else {
      throw .invalidParameter(name: "barsPerYear", value: barsPerYear, rule: "above 0")
    }
    guard riskFreeRate > -1, riskFreeRate.isFinite else {
      throw .invalidParameter(name: "riskFreeRate", value: riskFreeRate, rule: "above -1")
    }
    if let riskFree {
      guard riskFree.count == equity.count - 1 else {
        throw .lengthsDiffer(equity.count - 1, riskFree.count)
      }
      try requireFinite(riskFree)
    }
    steps = equity.count - 1
    self.barsPerYear = barsPerYear
    self.riskFreeRate = riskFree.map { annualRate($0, barsPerYear) } ?? riskFreeRate
    let ruin = equity.firstIndex { !($0 > 0) }
    ruinedAt = ruin
    let growth = last / first
    totalReturn = growth - 1
    let growthRate =
      equity.count < 2 || growth < 0
      ? nil : annualGrowth(growth, barsPerYear / Double(equity.count - 1))
    compoundAnnualGrowthRate = growthRate

    let drawdowns = Drawdown.all(equity: equity)
    drawdownCount = drawdowns.count
    let deepest = drawdowns.reduce(nil as Drawdown?) { best, next in
      best.map { next.depth < $0.depth ? next : $0 } ?? next
    }
    maximumDrawdown = deepest
    longestDrawdown = drawdowns.reduce(nil as Drawdown?) { best, next in
      best.map { next.length > $0.length ? next : $0 } ?? next
    }
    calmar = deepest.flatMap { drawdown in growthRate.map { $0 / -drawdown.depth } }
    ulcerIndex = PerformanceSummary.ulcerIndex(equity)

    // A value that is not above 0 leaves no base for the next return.
    let usable = ruin.map { $0 == equity.count - 1 } ?? true
    let returns = usable ? simpleReturns(equity) : []
    let root = barsPerYear.squareRoot()
    let perBar = riskFreeRate == 0 ? 0 : Elementary.pow(1 + riskFreeRate, 1 / barsPerYear) - 1
    let cash = riskFree ?? Array(repeating: perBar, count: returns.count)
    let excess = zip(returns, cash).map { $0 - $1 }
    let moments = returns.isEmpty ? nil : Moments(returns)
    let excessMoments = excess.isEmpty ? nil : Moments(excess)
    annualisedVolatility = moments?.standardDeviation.map { $0 * root }
    let ratio = excessMoments?.meanOverDeviation
    sharpePerBar = ratio
    sharpe = ratio.map { $0 * root }
    skewness = moments?.skewness
    excessKurtosis = moments?.excessKurtosis
    sortino = excessMoments.flatMap { moments in
      var squares = 0.0
      for value in excess where value < 0 { squares += value * value }
      let downside = (squares / Double(excess.count)).squareRoot()
      return downside > Moments.smallestDeviation ? moments.mean / downside * root : nil
    }
    let sorted = returns.sorted()
    best = sorted.last
    worst = sorted.first
    let valueAtRisk = sorted.isEmpty ? nil : quantile(sorted: sorted, 0.05)
    valueAtRisk95 = valueAtRisk
    conditionalValueAtRisk95 = valueAtRisk.map { limit in
      let tail = sorted.prefix { $0 <= limit }
      return tail.reduce(0, +) / Double(tail.count)
    }
    let active = returns.count { $0 != 0 }
    winRate = active > 0 ? Double(returns.count { $0 > 0 }) / Double(active) : nil
    activeShare = returns.isEmpty ? nil : Double(active) / Double(returns.count)
  }

  private static func ulcerIndex(_ equity: [Double]) -> Double {
    guard equity.count > 1 else { return 0 }
    var peak = equity[0]
    var squares = 0.0
    for value in equity.dropFirst() {
      peak = max(peak, value)
      let distance = value / peak - 1
      squares += distance * distance
    }
    return (squares / Double(equity.count - 1)).squareRoot()
  }
}

/// The simple returns of an equity series: `e_t / e_{t−1} − 1`, one fewer than its values.
public func simpleReturns(_ equity: [Double]) -> [Double] {
  zip(equity.dropFirst(), equity).map { $0 / $1 - 1 }
}

/// What returns compound to, a year; 0 of none.
private func annualRate(_ returns: [Double], _ barsPerYear: Double) -> Double {
  guard !returns.isEmpty else { return 0 }
  let growth = returns.reduce(1) { $0 * (1 + $1) }
  return annualGrowth(growth, barsPerYear / Double(returns.count)) ?? 0
}

/// `growth^(365.25 / days) − 1`: growth a year by calendar time, for a series of any steps.
///
/// Nil for a growth below 0 and for no time.
/// - Parameter growth: last value over first.
public func calendarGrowth(_ growth: Double, days: Double) -> Double? {
  days > 0 && growth >= 0 ? annualGrowth(growth, 365.25 / days) : nil
}

/// `growth^exponent − 1`; a total loss stays one.
private func annualGrowth(_ growth: Double, _ exponent: Double) -> Double? {
  guard growth > 0 else { return -1 }
  let rate = Elementary.pow(growth, exponent) - 1
  return rate.isFinite ? rate : nil
}
