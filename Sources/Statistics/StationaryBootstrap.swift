import Kernels

/// Resamples a series in blocks of random length, so that its autocorrelation survives.
///
/// Politis and Romano 1994: the first index is random; each further one starts a new block at a
/// random place with probability `1/meanBlockLength`, else follows the one before, the end joining
/// the beginning. Draws come from a counter-based generator: the same seed and path give the same
/// draws everywhere.
public struct StationaryBootstrap: Sendable, Equatable {
  public let meanBlockLength: Double
  public let draws: Int
  public let seed: UInt64
  public let path: [String]

  /// - Precondition: `meanBlockLength >= 1` and `draws >= 1`.
  public init(
    meanBlockLength: Double = 20, draws: Int = 2000, seed: UInt64 = 0,
    path: [String] = ["bootstrap"]
  ) {
    precondition(meanBlockLength >= 1 && draws >= 1)
    self.meanBlockLength = meanBlockLength
    self.draws = draws
    self.seed = seed
    self.path = path
  }

  /// The indexes that follow from given uniforms in [0, 1): a new block where `restart < probability`,
  /// at `floor(start·n)`.
  public static func indexes(restart: [Double], start: [Double], probability: Double) -> [Int] {
    precondition(restart.count == start.count)
    let n = start.count
    guard n > 0 else { return [] }
    var resamples = BootstrapResamples(count: n)
    var t = 0
    resamples.add(
      restarts: {
        t += 1
        return restart[t] < probability
      }, start: { min(n - 1, Int(start[t] * Double(n))) })
    return resamples[0].flatMap { $0 }
  }

  /// The value of a statistic on each resample; a resample without a value is left out.
  ///
  /// - Parameters:
  ///   - count: the length of the series.
  ///   - statistic: computes the value from the indexes of one resample.
  public func distribution(count: Int, statistic: ([Int]) -> Double?) -> [Double] {
    let resamples = resamples(of: count)
    return (0..<resamples.draws).compactMap { statistic(resamples[$0].flatMap { $0 }) }
  }

  /// The resamples of series of `count` values; of an empty series there are none.
  public func resamples(of count: Int) -> BootstrapResamples {
    var resamples = BootstrapResamples(count: count)
    guard count > 0 else { return resamples }
    var random = CounterRandom(seed: seed, path: path)
    let probability = 1 / meanBlockLength
    for _ in 0..<draws {
      resamples.add(
        restarts: { random.uniform() < probability }, start: { random.below(count) })
    }
    return resamples
  }
}

/// An estimate with the percentile interval of its bootstrap distribution.
public struct BootstrapInterval: Sendable, Equatable {
  public let estimate: Double
  public let lower: Double
  public let upper: Double
  /// The probability that the interval is meant to cover, such as 0.95.
  public let confidence: Double
  /// How often chance alone would be as far from 0: the share of resamples whose distance from the
  /// estimate is at least the estimate's distance from 0, two-sided, never 0.
  public let pValue: Double
  /// Resamples on which the statistic had a value.
  public let draws: Int

  /// Nil when fewer than half of the resamples wanted have a value.
  init?(estimate: Double, distribution: [Double], wanted: Int, confidence: Double) {
    guard !distribution.isEmpty, 2 * distribution.count >= wanted else { return nil }
    let sorted = distribution.sorted()
    self.estimate = estimate
    self.confidence = confidence
    lower = quantile(sorted: sorted, (1 - confidence) / 2)
    upper = quantile(sorted: sorted, (1 + confidence) / 2)
    let asFar = distribution.count { abs($0 - estimate) >= abs(estimate) }
    pValue = Double(1 + asFar) / Double(1 + distribution.count)
    draws = distribution.count
  }
}
