import Kernels
public import Market
public import Statistics

/// A variance that was forecast out of sample, and the return that came.
public struct VariancePair: Sendable, Equatable {
  /// When the return became known.
  public var knownAt: Timestamp
  public var symbol: Symbol
  /// The forecast variance, and that of the benchmark (EWMA).
  public var variance: Double
  public var benchmark: Double
  /// The log return that they were forecasts for.
  public var outcome: Double

  public init(
    knownAt: Timestamp, symbol: Symbol, variance: Double, benchmark: Double, outcome: Double
  ) {
    self.knownAt = knownAt
    self.symbol = symbol
    self.variance = variance
    self.benchmark = benchmark
    self.outcome = outcome
  }
}

/// How good variance forecasts were, against their benchmark on the same bars.
///
/// QLIKE is `r² / h + log h` (Patton 2011): it ranks forecasts as the true variance would, though r²
/// is all that is seen of it. The gain is averaged over the symbols of each time first, since they
/// move together, and its t-statistic is Diebold and Mariano's (1995) with Newey and West's errors.
public struct VarianceScore: Sendable, Equatable {
  public var pairs: Int
  public var times: Int
  /// Mean QLIKE of the benchmark less that of the forecast; above 0 the forecast is better.
  public var gain: Double
  /// Nil where the gain does not vary.
  public var t: Double?
  /// Mean of r² / h: 1 where the level is right, above where risk was understated.
  public var calibration: Double
  public var benchmarkCalibration: Double
  /// Share of returns within 1.96 forecast deviations; 95 % for normal returns.
  public var coverage: Double
  public var benchmarkCoverage: Double
  /// Standard deviation over mean of the root mean square of 20 returns in forecast deviations: how
  /// unsteady the risk of a position is that aims at a constant one.
  public var unsteadiness: Double
  public var benchmarkUnsteadiness: Double

  /// Nil where there is no pair. Pairs with a variance of 0 are left out: no logarithm judges them.
  public init?(_ all: [VariancePair]) throws(StatisticsError) {
    let pairs = all.filter { $0.variance > 0 && $0.benchmark > 0 }
      .sorted { ($0.knownAt, $0.symbol) < ($1.knownAt, $1.symbol) }
    guard !pairs.isEmpty else { return nil }
    var gains: [Double] = []
    var (ratio, benchmarkRatio, inside, benchmarkInside) = (0.0, 0.0, 0, 0)
    var start = 0
    while start < pairs.count {
      var end = start
      var sum = 0.0
      while end < pairs.count, pairs[end].knownAt == pairs[start].knownAt {
        let pair = pairs[end]
        let square = pair.outcome * pair.outcome
        let (own, other) = (square / pair.variance, square / pair.benchmark)
        sum += other + Elementary.log(pair.benchmark) - own - Elementary.log(pair.variance)
        ratio += own
        benchmarkRatio += other
        // 1.96².
        inside += own <= 3.8416 ? 1 : 0
        benchmarkInside += other <= 3.8416 ? 1 : 0
        end += 1
      }
      gains.append(sum / Double(end - start))
      start = end
    }
    let count = Double(pairs.count)
    self.pairs = pairs.count
    times = gains.count
    gain = gains.reduce(0, +) / Double(gains.count)
    t = try NeweyWestMean(gains)?.t
    calibration = ratio / count
    benchmarkCalibration = benchmarkRatio / count
    coverage = Double(inside) / count
    benchmarkCoverage = Double(benchmarkInside) / count
    unsteadiness = VarianceScore.unsteadiness(pairs) { $0.variance }
    benchmarkUnsteadiness = VarianceScore.unsteadiness(pairs) { $0.benchmark }
  }

  /// Bars over which realised risk is taken.
  private static let span = 20

  private static func unsteadiness(
    _ pairs: [VariancePair], _ variance: (VariancePair) -> Double
  ) -> Double {
    var bySymbol: [Symbol: [Double]] = [:]
    for pair in pairs {
      bySymbol[pair.symbol, default: []].append(pair.outcome * pair.outcome / variance(pair))
    }
    var risks: [Double] = []
    for symbol in bySymbol.keys.sorted() {
      let squares = bySymbol[symbol] ?? []
      var sum = 0.0
      for (index, square) in squares.enumerated() {
        sum += square
        if index >= span { sum -= squares[index - span] }
        if index + 1 >= span { risks.append((max(0, sum) / Double(span)).squareRoot()) }
      }
    }
    guard risks.count > 1 else { return 0 }
    let mean = risks.reduce(0, +) / Double(risks.count)
    guard mean > 0 else { return 0 }
    let squares = risks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(risks.count - 1)).squareRoot() / mean
  }
}
