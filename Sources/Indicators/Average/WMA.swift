/// Linearly weighted moving average, in the unit of the input.
///
/// `sum_{k=1...n} k·x_{t-n+k} / (n(n + 1)/2)` for a period of n: the newest input weighs n, the
/// oldest of the window 1. The sums are those of `SMA`: blocks at fixed positions, nothing ever
/// subtracted, deviations about one input inside the window. With `W_j` the weighted and `S_j` the
/// plain sum over the block before from place j on, `W_j = W_{j+1} + S_j`.
///
/// O(1) a bar on average. Warm-up as in TA-Lib's WMA: nil for the first `period - 1` inputs. A
/// window of equal values has exactly that value as its average.
public struct WMA: Sendable {
  public let period: Int
  /// Elements before `position` hold the inputs of the current block; those from it on `S_j` and
  /// `W_j` of `value - anchor`. The one after the last is 0.
  private var block: [SIMD2<Double>]
  private var anchor = 0.0
  /// Over the current block: the sum, and the sum weighted from 1 at the block's first input.
  private var head = SIMD2<Double>.zero
  private var position = 0
  private var isWarm = false

  public init(period: Int) {
    precondition(period >= 1, "a moving average needs a period of at least 1")
    self.period = period
    block = Array(repeating: .zero, count: period + 1)
  }

  /// Takes in the next value. Returns the average of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    if position == 0 { startBlock(at: value) }
    let deviation = value - anchor
    block[position] = SIMD2(value, 0)
    position += 1
    head += SIMD2(deviation, Double(position) * deviation)
    // The current block's inputs follow `period - position` older ones in the window.
    let sum = block[position][1] + (Double(period - position) * head[0] + head[1])
    if position == period {
      position = 0
      isWarm = true
    }
    let n = Double(period)
    return isWarm ? anchor + sum / (n * (n + 1) / 2) : nil
  }

  private mutating func startBlock(at value: Double) {
    anchor = value
    head = .zero
    guard isWarm else { return }
    var sum = 0.0
    var weighted = 0.0
    for j in stride(from: period - 1, through: 0, by: -1) {
      sum += block[j][0] - value
      weighted += sum
      block[j] = SIMD2(sum, weighted)
    }
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    var average = WMA(period: period)
    return Indicators.column(values.count) { average.update(values[$0]) }
  }
}
