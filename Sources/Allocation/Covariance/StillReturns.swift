/// For how many returns in a row, the last ones, each symbol has not moved at all.
///
/// A missing return is NaN: it neither counts nor ends a row.
struct StillReturns: Sendable {
  private(set) var counts: [Int]

  /// Before the first return.
  init(count: Int) { counts = Array(repeating: 0, count: count) }

  /// - Parameter returns: T×n, oldest first, row by row.
  init(_ returns: [Double], columns n: Int) {
    counts = (0..<n).map { column in
      var count = 0
      // From the last row back, which for a symbol that moves is all that is looked at.
      for place in stride(from: returns.count - n + column, through: 0, by: -n) {
        let value = returns[place]
        guard value == 0 || value.isNaN else { break }
        if value == 0 { count += 1 }
      }
      return count
    }
  }

  /// Takes in the returns of one bar.
  mutating func update(_ returns: [Double]) {
    for (i, value) in returns.enumerated() where !value.isNaN {
      counts[i] = value == 0 ? counts[i] + 1 : 0
    }
  }
}
