/// Simple moving average: the mean of the last `period` inputs, in the unit of the input.
///
/// The sum never subtracts a value that has left the window, so there is nothing to drift: the
/// series is cut into blocks of `period` inputs at fixed positions, and a window is the end of one
/// block plus the beginning of the next. Deviations are summed about the first input of the newer
/// block, which is always inside the window. The scheme is that of van Herk (1992) for running
/// extrema, here for sums.
///
/// O(1) a bar on average (a block of `period` inputs costs one more pass over it). Warm-up as in
/// TA-Lib's SMA: nil for the first `period - 1` inputs. A window of equal values has exactly that
/// value as its mean.
public struct SMA: Sendable {
  public let period: Int
  /// Elements before `position` are the inputs of the current block; those from it on are the sums
  /// of `value - anchor` over the rest of the block before. The one after the last is 0.
  private var block: [Double]
  private var anchor = 0.0
  private var head = 0.0
  private var position = 0
  private var isWarm = false

  public init(period: Int) {
    precondition(period >= 1, "a moving average needs a period of at least 1")
    self.period = period
    block = Array(repeating: 0, count: period + 1)
  }

  /// Takes in the next value. Returns the mean of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    if position == 0 { startBlock(at: value) }
    head += value - anchor
    block[position] = value
    position += 1
    let sum = head + block[position]
    if position == period {
      position = 0
      isWarm = true
    }
    return isWarm ? anchor + sum / Double(period) : nil
  }

  private mutating func startBlock(at value: Double) {
    anchor = value
    head = 0
    guard isWarm else { return }
    var sum = 0.0
    for j in stride(from: period - 1, through: 0, by: -1) {
      sum += block[j] - value
      block[j] = sum
    }
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    var average = SMA(period: period)
    return Indicators.column(values.count) { average.update(values[$0]) }
  }
}
