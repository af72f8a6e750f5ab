import Kernels

/// A strategy's returns beside a benchmark's over the same steps. A figure that is not defined is nil.
///
/// Beta is the slope of the strategy's returns on the benchmark's; alpha is what remains of the mean
/// excess returns, a year: times P (empyrical compounds it).
/// The information ratio is annualised; quantstats' and empyrical's are per bar. Capture is of
/// growth per bar; empyrical's is of growth a year, and a year of nothing but days that rose multiplies
/// so much that the ratio says nothing.
public struct BenchmarkComparison: Sendable, Equatable {
  public let steps: Int
  public let barsPerYear: Double
  public let beta: Double?
  /// Mean excess return less beta times the benchmark's, times P.
  public let alpha: Double?
  /// Square of the correlation.
  public let r2: Double?
  /// Sample standard deviation of the difference times √P.
  public let trackingError: Double?
  /// Mean of the difference over its sample standard deviation, times √P.
  public let informationRatio: Double?
  /// Geometric mean of the returns on the steps on which the benchmark rose, over the benchmark's own
  /// there.
  public let upCapture: Double?
  /// The same over the steps on which it did not rise: below 1, less of the losses was taken.
  public let downCapture: Double?

  /// - Parameters:
  ///   - returns: simple returns of the strategy.
  ///   - benchmark: those of the benchmark over the same steps.
  ///   - barsPerYear: P.
  ///   - riskFreeRate: yearly, converted geometrically.
  /// - Throws: `StatisticsError` for lengths that differ, values that are not finite and a parameter
  ///   outside its range.
  public init(
    returns: [Double], benchmark: [Double], barsPerYear: Double, riskFreeRate: Double = 0
  ) throws(StatisticsError) {
    guard returns.count == benchmark.count else {
      throw .lengthsDiffer(returns.count, benchmark.count)
    }
    try requireFinite(returns)
    try requireFinite(benchmark)
    guard barsPerYear > 0, barsPerYear.isFinite else {
      throw .invalidParameter(name: "barsPerYear", value: barsPerYear, rule: "above 0")
    }
    guard riskFreeRate > -1, riskFreeRate.isFinite else {
      throw .invalidParameter(name: "riskFreeRate", value: riskFreeRate, rule: "above -1")
    }
    steps = returns.count
    self.barsPerYear = barsPerYear
    let perBar = riskFreeRate == 0 ? 0 : Elementary.pow(1 + riskFreeRate, 1 / barsPerYear) - 1
    let line = LeastSquaresLine(x: benchmark, y: returns)
    beta = line?.slope
    // The intercept of returns; of excess returns it is lower by (1 − β) times the risk-free rate.
    let perBarAlpha = line.map { $0.intercept - perBar * (1 - $0.slope) }
    alpha = perBarAlpha.map { $0 * barsPerYear }
    r2 = line?.r2
    let differences = zip(returns, benchmark).map { $0 - $1 }
    let moments = differences.count > 1 ? Moments(differences) : nil
    let root = barsPerYear.squareRoot()
    trackingError = moments?.standardDeviation.map { $0 * root }
    informationRatio = moments?.meanOverDeviation.map { $0 * root }
    let pairs = zip(returns, benchmark)
    let rising = pairs.filter { $0.1 > 0 }
    let falling = pairs.filter { $0.1 <= 0 }
    upCapture = BenchmarkComparison.capture(rising, over: 1)
    downCapture = BenchmarkComparison.capture(falling, over: 1)
  }

  /// Growth over so many steps at the geometric mean of a strategy's returns, over the same of the
  /// benchmark's; nil where either lost everything or the benchmark did not move.
  package static func capture(_ pairs: [(own: Double, other: Double)], over steps: Double)
    -> Double?
  {
    guard !pairs.isEmpty else { return nil }
    let exponent = steps / Double(pairs.count)
    var (own, other) = (1.0, 1.0)
    for pair in pairs {
      own *= 1 + pair.own
      other *= 1 + pair.other
    }
    guard own > 0, other > 0 else { return nil }
    let reference = Elementary.pow(other, exponent) - 1
    let captured = (Elementary.pow(own, exponent) - 1) / reference
    return reference != 0 && captured.isFinite ? captured : nil
  }
}
