import Kernels
public import Market

/// What one bar says of the variance of its close-to-close return: the gap before it and its range,
/// `ln(o_t / c_{t-1})² + ln(h / l)² / (4 ln 2)`.
///
/// Parkinson's (1980) estimate covers the time in which the bar trades; the squared gap adds the
/// night that a stock does not trade. About five times as precise as the squared return. 0 only
/// where the price did not move at all.
public struct RangeVariance: Sendable {
  private var previousClose: Double?

  public init() {}

  /// Takes in the next bar; the first has no gap before it.
  ///
  /// - Precondition: prices are above 0 and `low <= high`.
  public mutating func update(_ bar: Bar) -> Double {
    precondition(bar.low > 0 && bar.low <= bar.high, "a bar has a logarithmic range")
    let gap = previousClose.map { Elementary.log(bar.open / $0) } ?? 0
    let range = Elementary.log(bar.high / bar.low)
    previousClose = bar.close
    // 4 ln 2.
    return gap * gap + range * range / 2.77258872223978123767
  }
}

/// The means of a series of values of at least 0 over several periods at once: the regressors of a
/// heterogeneous autoregression (Corsi 2009).
public struct CascadeMeans: Sendable {
  public let periods: [Int]
  private var sums: [RollingSum]

  public init(periods: [Int]) {
    precondition(!periods.isEmpty && periods.allSatisfy { $0 >= 1 }, "a mean is over some values")
    self.periods = periods
    sums = periods.map { RollingSum(period: $0) }
  }

  /// Takes in the next value. Returns one mean a period, nil until the longest is full.
  public mutating func update(_ value: Double) -> [Double]? {
    var means: [Double] = []
    means.reserveCapacity(periods.count)
    for index in sums.indices {
      if let sum = sums[index].update(value) { means.append(sum / Double(periods[index])) }
    }
    return means.count == periods.count ? means : nil
  }
}
