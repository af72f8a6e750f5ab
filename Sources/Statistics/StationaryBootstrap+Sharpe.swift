extension StationaryBootstrap {
  /// `BootstrapResamples.sharpe` on resamples of its own.
  public func sharpe(returns: [Double], barsPerYear: Double, confidence: Double = 0.95)
    throws(StatisticsError) -> BootstrapInterval?
  {
    try resamples(of: returns.count).sharpe(
      returns: returns, barsPerYear: barsPerYear, confidence: confidence)
  }

  /// `BootstrapResamples.sharpeDifference` on resamples of its own.
  public func sharpeDifference(
    _ returns: [Double], minus benchmark: [Double], barsPerYear: Double, confidence: Double = 0.95
  ) throws(StatisticsError) -> BootstrapInterval? {
    try resamples(of: returns.count).sharpeDifference(
      returns, minus: benchmark, barsPerYear: barsPerYear, confidence: confidence)
  }
}

extension BootstrapResamples {
  /// The Sharpe ratio of returns, a year, with its interval; nil where it is not defined.
  ///
  /// - Parameters:
  ///   - returns: excess returns a bar.
  ///   - barsPerYear: P; the ratio is the one per bar times √P.
  /// - Throws: `StatisticsError` for values that are not finite, a parameter outside its range, and
  ///   returns of another number than `count`.
  public func sharpe(returns: [Double], barsPerYear: Double, confidence: Double = 0.95)
    throws(StatisticsError) -> BootstrapInterval?
  {
    try check([returns], barsPerYear, confidence)
    let ratio = ResampledSharpe(returns, barsPerYear)
    guard let ratio, let estimate = ratio.estimate else { return nil }
    return BootstrapInterval(
      estimate: estimate,
      distribution: distribution { ratio.value(in: $0) },
      wanted: draws, confidence: confidence)
  }

  /// The difference of the Sharpe ratios of two strategies, a year, with its interval.
  ///
  /// Both are resampled with the same indexes, so what they have in common cancels.
  /// - Throws: `StatisticsError` as `sharpe`.
  public func sharpeDifference(
    _ returns: [Double], minus benchmark: [Double], barsPerYear: Double, confidence: Double = 0.95
  ) throws(StatisticsError) -> BootstrapInterval? {
    try check([returns, benchmark], barsPerYear, confidence)
    guard let first = ResampledSharpe(returns, barsPerYear), let a = first.estimate,
      let second = ResampledSharpe(benchmark, barsPerYear), let b = second.estimate
    else { return nil }
    let distribution = distribution { blocks in
      guard let a = first.value(in: blocks), let b = second.value(in: blocks) else { return nil }
      return a - b
    }
    return BootstrapInterval(
      estimate: a - b, distribution: distribution, wanted: draws, confidence: confidence)
  }

  private func distribution(_ statistic: (ArraySlice<Range<Int>>) -> Double?) -> [Double] {
    (0..<draws).compactMap { statistic(self[$0]) }
  }

  private func check(_ series: [[Double]], _ barsPerYear: Double, _ confidence: Double)
    throws(StatisticsError)
  {
    for values in series {
      guard values.count == count else { throw .lengthsDiffer(count, values.count) }
      try requireFinite(values)
    }
    guard barsPerYear > 0, barsPerYear.isFinite else {
      throw .invalidParameter(name: "barsPerYear", value: barsPerYear, rule: "above 0")
    }
    guard confidence > 0, confidence < 1 else {
      throw .invalidParameter(name: "confidence", value: confidence, rule: "between 0 and 1")
    }
  }
}

/// The Sharpe ratio of resamples in one pass: sums of deviations from the whole sample's mean.
struct ResampledSharpe {
  let estimate: Double?
  private let mean: Double
  private let deviations: [Double]
  private let root: Double

  init?(_ returns: [Double], _ barsPerYear: Double) {
    guard returns.count > 1 else { return nil }
    let moments = Moments(returns)
    mean = moments.mean
    root = barsPerYear.squareRoot()
    deviations = returns.map { $0 - moments.mean }
    estimate = moments.meanOverDeviation.map { $0 * barsPerYear.squareRoot() }
  }

  /// The ratio of the values in some blocks, as many as the sample has.
  func value(in blocks: ArraySlice<Range<Int>>) -> Double? {
    var sum = 0.0
    var squares = 0.0
    for block in blocks {
      for index in block {
        let deviation = deviations[index]
        sum += deviation
        squares += deviation * deviation
      }
    }
    let n = Double(deviations.count)
    let variance = (squares - sum * sum / n) / (n - 1)
    // A resample of equal values leaves the rounding of its sums, relative to their size.
    let smallest = Moments.smallestDeviation
    guard variance > max(smallest * smallest, 1e-12 * squares / n) else { return nil }
    return (mean + sum / n) / variance.squareRoot() * root
  }
}
