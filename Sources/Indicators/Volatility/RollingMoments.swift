/// Mean and standard deviation of the last `period` inputs.
///
/// The sums are those of `SMA`: blocks of `period` inputs at fixed positions, the end of one block
/// plus the beginning of the next, nothing ever subtracted. Sums of deviations and of their squares
/// are taken about one input that is always inside the window. So `sum of squares - mean square`
/// loses at most a factor `period` of precision, whatever the level of the series and whatever it
/// was before the window, and a window of equal values has a deviation of exactly 0.
///
/// O(1) a bar on average; nil for the first `period - 1` inputs.
public struct RollingMoments: Sendable {
  public struct Value: Sendable, Equatable {
    public var mean: Double
    /// The sum of squared deviations from the mean, over the number of inputs.
    public var populationVariance: Double
    /// The newest input less the mean, in the precision of the deviations rather than of the level.
    public var newestDeviation: Double

    /// How many standard deviations the newest input lies above the mean; 0 for equal inputs.
    /// At most `sqrt(period - 1)` in size (Samuelson 1968).
    public var newestScore: Double {
      let deviation = standardDeviation
      return deviation > 0 ? newestDeviation / deviation : 0
    }

    /// The square root of the population variance (TA-Lib's STDDEV; ddof 0).
    public var standardDeviation: Double { populationVariance.squareRoot() }
  }

  public let period: Int
  /// Elements before `position` hold the inputs of the current block; those from it on the sums of
  /// `value - anchor` and of its square over the rest of the block before. The one after the last
  /// is 0.
  private var block: [SIMD2<Double>]
  private var anchor = 0.0
  /// The same two sums over the current block.
  private var head = SIMD2<Double>.zero
  private var position = 0
  private var isWarm = false

  public init(period: Int) {
    precondition(period >= 1, "rolling moments need a period of at least 1")
    self.period = period
    block = Array(repeating: .zero, count: period + 1)
  }

  /// Takes in the next value. Returns the moments of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Value? {
    if position == 0 { startBlock(at: value) }
    let deviation = value - anchor
    head += SIMD2(deviation, deviation * deviation)
    block[position] = SIMD2(value, 0)
    position += 1
    let sums = head + block[position]
    if position == period {
      position = 0
      isWarm = true
    }
    guard isWarm else { return nil }
    let count = Double(period)
    let mean = sums[0] / count
    return Value(
      mean: anchor + mean, populationVariance: max(0, (sums[1] - sums[0] * mean) / count),
      newestDeviation: deviation - mean)
  }

  private mutating func startBlock(at value: Double) {
    anchor = value
    head = .zero
    guard isWarm else { return }
    var sums = SIMD2<Double>.zero
    for j in stride(from: period - 1, through: 0, by: -1) {
      let deviation = block[j][0] - value
      sums += SIMD2(deviation, deviation * deviation)
      block[j] = sums
    }
  }
}
