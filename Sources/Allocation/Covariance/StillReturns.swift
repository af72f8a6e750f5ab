/// Which of the last returns of each symbol are 0, its price having stood still.
///
/// A missing return is NaN: it neither counts nor ends a row.
struct StillReturns: Sendable {
  /// Bit k of a symbol is whether its return k before the last one is 0.
  private var zeros: [UInt64]

  /// So many in a row are a price that does not move.
  private static let inARow = 20
  /// So are so many of the last ones: a dead price may tick once in a while, and each tick would begin
  /// another row.
  private static let most = (zeros: 40, of: 60)

  /// Before the first return.
  init(count: Int) { zeros = Array(repeating: 0, count: count) }

  /// - Parameter returns: T×n, oldest first, row by row.
  init(_ returns: [Double], columns n: Int) {
    zeros = Array(repeating: 0, count: n)
    guard n > 0 else { return }
    var seen = Array(repeating: 0, count: n)
    for row in stride(from: returns.count - n, through: 0, by: -n) {
      var isAllSeen = true
      for i in 0..<n where seen[i] < StillReturns.most.of {
        isAllSeen = false
        let value = returns[row + i]
        guard !value.isNaN else { continue }
        if value == 0 { zeros[i] |= 1 << UInt64(seen[i]) }
        seen[i] += 1
      }
      if isAllSeen { break }
    }
  }

  /// Takes in the returns of one bar.
  mutating func update(_ returns: [Double]) {
    for (i, value) in returns.enumerated() where !value.isNaN {
      zeros[i] = zeros[i] << 1 | (value == 0 ? 1 : 0)
    }
  }

  /// Whether the price of a symbol does not move, or hardly ever.
  func isStill(_ symbol: Int) -> Bool {
    let last = zeros[symbol] & (1 << UInt64(StillReturns.most.of) - 1)
    return (~last).trailingZeroBitCount >= StillReturns.inARow
      || last.nonzeroBitCount >= StillReturns.most.zeros
  }
}
