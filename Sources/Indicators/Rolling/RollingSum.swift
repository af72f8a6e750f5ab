/// The sum of the last `period` inputs, each 0 or more.
///
/// The blocks of `SMA` without its anchor: the end of one block plus the beginning of the next,
/// nothing ever subtracted. So the sum is precise to `period` ulp whatever has left the window, and
/// 0 only if every input is. O(1) a bar on average; nil for the first `period - 1` inputs.
struct RollingSum: Sendable {
  /// Elements before `position` are the inputs of the current block; those from it on the sums over
  /// the rest of the block before. The one after the last is 0.
  private var block: [Double]
  private var head = 0.0
  private var position = 0
  private var isWarm = false

  init(period: Int) {
    precondition(period >= 1, "a rolling sum needs a period of at least 1")
    block = Array(repeating: 0, count: period + 1)
  }

  mutating func update(_ value: Double) -> Double? {
    let period = block.count - 1
    if position == 0 { startBlock() }
    head += value
    block[position] = value
    position += 1
    let sum = head + block[position]
    if position == period {
      position = 0
      isWarm = true
    }
    return isWarm ? sum : nil
  }

  private mutating func startBlock() {
    head = 0
    guard isWarm else { return }
    var sum = 0.0
    for j in stride(from: block.count - 2, through: 0, by: -1) {
      sum += block[j]
      block[j] = sum
    }
  }
}
