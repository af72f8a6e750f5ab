/// Whether any of several strategies beats a benchmark, once all of them have been looked at.
///
/// The best of many strategies looks good by chance. All of them and the benchmark are resampled with
/// the same indexes (stationary bootstrap), so that what they share stays shared, and each difference
/// `d_k` to the benchmark is studentised by the deviation `s_k` of its own resamples: `t_k = d_k/s_k`,
/// `z_kb = (d*_kb − d_k)/s_k`. Then with B resamples
///
/// `p_k = (1 + #{b : max_{j ∈ S_k} z_jb ≥ t_k}) / (1 + B)`,
///
/// where `S_k` holds strategy k and all that stand behind it in the order of t (step-down; Romano and
/// Wolf 2005, algorithm 4.1, in its form with p-values), made monotone in that order. The best one's
/// p is the studentised reality check of White (2000). It bounds the chance of even one false claim,
/// whatever the correlations of the strategies.
public struct MaxTest: Sendable, Equatable {
  /// What strategy and benchmark are compared by.
  public enum Measure: String, Sendable {
    /// Mean over sample standard deviation, a year.
    case sharpe
    /// Mean return, a year.
    case mean
  }

  /// What would be claimed of a strategy.
  public enum Alternative: String, Sendable {
    /// It is above the benchmark.
    case better
    /// It is above or below the benchmark: `|t|` and `|z|` take the places of t and z.
    case different
  }

  /// One strategy. Nil: its measure does not exist (a series without spread), or its difference to
  /// the benchmark does not vary (they are one and the same series); it takes no part in the test.
  public struct Row: Sendable, Equatable {
    /// The strategy's measure minus the benchmark's, a year.
    public let difference: Double?
    /// Sample standard deviation of the resampled differences.
    public let standardError: Double?
    /// Difference over standard error.
    public let statistic: Double?
    /// Of this strategy, had it been the only one.
    public let pValue: Double?
    /// Adjusted for all strategies of the test.
    public let adjustedPValue: Double?
  }

  public let measure: Measure
  public let alternative: Alternative
  /// In the order given.
  public let rows: [Row]
  /// Resamples on which every strategy of the test has a value.
  public let draws: Int

  /// The p-value of the best strategy: that of "none of them is better" (or "different"). Nil where
  /// nothing could be tested.
  public var bestPValue: Double? { rows.compactMap(\.adjustedPValue).min() }

  /// - Parameters:
  ///   - strategies: returns of each strategy, a step apart.
  ///   - benchmark: returns of the benchmark over the same steps.
  ///   - barsPerYear: P, the steps in a year; it scales differences, no statistic.
  ///   - bootstrap: nil is that of a report, which tests nothing below 30 returns.
  /// - Throws: `StatisticsError` for lengths that differ, values that are not finite and a parameter
  ///   outside its range.
  public init(
    strategies: [[Double]], benchmark: [Double], measure: Measure = .sharpe,
    alternative: Alternative = .better, barsPerYear: Double,
    bootstrap: StationaryBootstrap? = nil
  ) throws(StatisticsError) {
    for returns in strategies where returns.count != benchmark.count {
      throw .lengthsDiffer(returns.count, benchmark.count)
    }
    for returns in strategies + [benchmark] { try requireFinite(returns) }
    guard barsPerYear > 0, barsPerYear.isFinite else {
      throw .invalidParameter(name: "barsPerYear", value: barsPerYear, rule: "above 0")
    }
    self.measure = measure
    self.alternative = alternative
    let samples = MaxTestSamples(
      strategies: strategies, benchmark: benchmark, measure: measure, barsPerYear: barsPerYear,
      bootstrap: bootstrap ?? .ofReport(steps: benchmark.count, path: ["max test"]))
    draws = samples.draws
    let sided: (Double) -> Double = alternative == .better ? { $0 } : { abs($0) }
    let tested = samples.tested.map { sample in
      (
        sample: sample, statistic: sided(sample.difference / sample.error),
        centred: sample.resampled.map { sided(($0 - sample.difference) / sample.error) }
      )
    }.sorted { ($0.statistic, $1.sample.index) > ($1.statistic, $0.sample.index) }

    // From the last to the first, the maximum runs over more and more strategies.
    var adjusted = Array(repeating: 1.0, count: tested.count)
    var largest = Array(repeating: -Double.infinity, count: samples.draws)
    for place in tested.indices.reversed() {
      for (draw, value) in tested[place].centred.enumerated() {
        largest[draw] = max(largest[draw], value)
      }
      adjusted[place] = MaxTest.share(of: largest, atLeast: tested[place].statistic)
    }
    for place in tested.indices.dropFirst() {
      adjusted[place] = max(adjusted[place], adjusted[place - 1])
    }
    var rows = samples.differences.map {
      Row(
        difference: $0, standardError: nil, statistic: nil, pValue: nil, adjustedPValue: nil)
    }
    for (place, entry) in tested.enumerated() {
      rows[entry.sample.index] = Row(
        difference: entry.sample.difference, standardError: entry.sample.error,
        statistic: entry.sample.difference / entry.sample.error,
        pValue: MaxTest.share(of: entry.centred, atLeast: entry.statistic),
        adjustedPValue: adjusted[place])
    }
    self.rows = rows
  }

  /// `(1 + #{x ≥ limit}) / (1 + n)`: never 0, for the sample itself is one of the outcomes.
  private static func share(of values: [Double], atLeast limit: Double) -> Double {
    Double(1 + values.count { $0 >= limit }) / Double(1 + values.count)
  }
}

/// The differences of all strategies to the benchmark, as they are and on each resample.
private struct MaxTestSamples {
  struct Tested {
    let index: Int
    let difference: Double
    let error: Double
    let resampled: [Double]
  }

  /// One a strategy; nil where it has no measure.
  let differences: [Double?]
  /// Those that vary.
  let tested: [Tested]
  let draws: Int

  init(
    strategies: [[Double]], benchmark: [Double], measure: MaxTest.Measure, barsPerYear: Double,
    bootstrap: StationaryBootstrap?
  ) {
    let own = strategies.map { ResampledMeasure($0, measure, barsPerYear) }
    guard let base = ResampledMeasure(benchmark, measure, barsPerYear) else {
      differences = strategies.map { _ in nil }
      (tested, draws) = ([], 0)
      return
    }
    differences = own.map { strategy in strategy.map { $0.estimate - base.estimate } }
    guard let bootstrap else {
      (tested, draws) = ([], 0)
      return
    }
    // Differences a strategy and draw; NaN where the resample has no value.
    var resampled: [[Double]] = own.map { _ in [] }
    let resamples = bootstrap.resamples(of: benchmark.count)
    for draw in 0..<resamples.draws {
      let blocks = resamples[draw]
      let reference = base.value(in: blocks)
      for (index, strategy) in own.enumerated() {
        guard let value = strategy?.value(in: blocks), let reference else {
          resampled[index].append(.nan)
          continue
        }
        resampled[index].append(value - reference)
      }
    }
    // A strategy that hardly ever trades has no value on most resamples; it would leave none.
    let usable = own.indices.filter { index in
      own[index] != nil
        && 2 * resampled[index].count { $0.isFinite } >= bootstrap.draws
    }
    let kept = (0..<(usable.isEmpty ? 0 : bootstrap.draws)).filter { draw in
      usable.allSatisfy { resampled[$0][draw].isFinite }
    }
    draws = kept.count
    tested = usable.compactMap { index in
      guard let difference = own[index].map({ $0.estimate - base.estimate }) else { return nil }
      let values = kept.map { resampled[index][$0] }
      guard values.count > 1, let error = Moments(values).standardDeviation,
        error > 1e-10 * max(1, abs(difference))
      else { return nil }
      return Tested(index: index, difference: difference, error: error, resampled: values)
    }
  }
}

/// A measure of resamples of one series.
private enum ResampledMeasure {
  case sharpe(ResampledSharpe, estimate: Double)
  case mean([Double], estimate: Double, barsPerYear: Double)

  /// Nil where the measure does not exist.
  init?(_ returns: [Double], _ measure: MaxTest.Measure, _ barsPerYear: Double) {
    switch measure {
    case .sharpe:
      guard let ratio = ResampledSharpe(returns, barsPerYear), let estimate = ratio.estimate
      else { return nil }
      self = .sharpe(ratio, estimate: estimate)
    case .mean:
      guard !returns.isEmpty else { return nil }
      self = .mean(
        returns, estimate: Moments(returns).mean * barsPerYear, barsPerYear: barsPerYear)
    }
  }

  var estimate: Double {
    switch self {
    case .sharpe(_, let estimate), .mean(_, let estimate, _): estimate
    }
  }

  /// The measure of the values in some blocks, as many as the series has.
  func value(in blocks: ArraySlice<Range<Int>>) -> Double? {
    switch self {
    case .sharpe(let ratio, _):
      return ratio.value(in: blocks)
    case .mean(let returns, _, let barsPerYear):
      var sum = 0.0
      for block in blocks {
        for index in block { sum += returns[index] }
      }
      return sum / Double(returns.count) * barsPerYear
    }
  }
}
