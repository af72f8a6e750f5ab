/// What is summed over the pairs that are known.
struct PairTotals {
  /// Of all elements, those of the diagonal included.
  var noise = 0.0
  var sum = 0.0
  var count = 0

  /// Adds a row of correlations and puts it in its place.
  /// - Parameters:
  ///   - values: one a later symbol, whether it is asked for or not; NaN is not known.
  ///   - symbols: those that are asked for, ascending.
  ///   - row: of the symbol, in `symbols`.
  ///   - correlation: over `symbols`, row by row.
  mutating func add(
    _ values: [Double], noise own: [Double], of symbols: [Int], row: Int,
    into correlation: inout [Double]
  ) {
    let (n, first) = (symbols.count, symbols[row] + 1)
    var totals = self
    values.withUnsafeBufferPointer { values in
      own.withUnsafeBufferPointer { own in
        symbols.withUnsafeBufferPointer { symbols in
          correlation.withUnsafeMutableBufferPointer { correlation in
            for b in (row + 1)..<n {
              let later = symbols[b] - first
              let value = values[later]
              if value.isNaN { continue }
              totals.noise += 2 * own[later]
              totals.sum += value
              totals.count += 1
              correlation[row * n + b] = value
            }
          }
        }
      }
    }
    self = totals
  }
}
