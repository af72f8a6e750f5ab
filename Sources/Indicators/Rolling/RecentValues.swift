/// The newest of a series of values, for changes over several numbers of steps at once.
struct RecentValues: Sendable {
  /// A ring whose length is a power of two; value i stands at `i & mask`.
  private var ring: [Double]
  private let mask: Int
  private var count = 0

  /// - Parameter steps: the longest change that is asked for.
  init(_ steps: Int) {
    precondition(steps >= 1, "a change is at least one step long")
    mask = (1 << (Int.bitWidth - steps.leadingZeroBitCount)) - 1
    ring = Array(repeating: 0, count: mask + 1)
  }

  mutating func append(_ value: Double) {
    ring[count & mask] = value
    count += 1
  }

  /// The newest value less the one `steps` before it; nil if there was none.
  @inline(__always)
  func change(_ steps: Int) -> Double? {
    guard count > steps else { return nil }
    return ring[(count - 1) & mask] - ring[(count - 1 - steps) & mask]
  }
}
