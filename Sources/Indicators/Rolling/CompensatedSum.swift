/// A sum over the whole of a series that keeps the roundings of its additions in a second number.
///
/// Its error does not grow with the number of terms (Neumaier 1974, "Rundungsfehleranalyse einiger
/// Verfahren zur Summation endlicher Summen"): about one ulp of the sum, and 1e-32 a term of the
/// sizes of the terms.
struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var compensation = 0.0

  var value: Double { sum + compensation }

  @inline(__always)
  mutating func add(_ term: Double) {
    let next = sum + term
    compensation += CompensatedSum.rounding(SIMD2(sum, 0), SIMD2(term, 0), SIMD2(next, 0))[0]
    sum = next
  }

  /// Adds the rows' terms one after the other and writes the sum after each: the operations of `add` and
  /// `value` on the same operands.
  ///
  /// An addition to the sum waits for the one before, and so does one to the compensation; nothing else
  /// waits. So terms and roundings are computed for a block of rows at once, and while the sum goes
  /// through a block the compensation goes through the one before.
  ///
  /// - Parameters:
  ///   - term: that of a row.
  ///   - pair: those of a row and the next one.
  @inline(__always)
  mutating func write(
    _ rows: Range<Int>, term: (Int) -> Double, pair: (Int) -> SIMD2<Double>, to out: Output
  ) {
    // As much of each as the processor holds in flight, so that one block's end overlaps the next one's
    // beginning.
    let size = 16
    let blocks = rows.count / size
    if blocks > 0 {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 5 * size + 2) { room in
        guard let lost = room.baseAddress, let out = out.baseAddress else { return }
        var (terms, lastTerms) = (lost + size, lost + 2 * size)
        // Element i is the sum before the block's term i, the one after the last that at its end.
        var (sums, lastSums) = (lost + 3 * size, lost + 4 * size + 1)
        for block in 0...blocks {
          let row = rows.lowerBound &+ block &* size
          if block < blocks {
            for i in stride(from: 0, to: size, by: 2) {
              terms.setPair(i, pair(row &+ i))
            }
            sums[0] = sum
            for i in 0..<size {
              sum += terms[i]
              sums[i &+ 1] = sum
            }
          }
          if block > 0 {
            for i in stride(from: 0, to: size, by: 2) {
              let (sum, next) = (lastSums.pair(i), lastSums.pair(i &+ 1))
              lost.setPair(i, CompensatedSum.rounding(sum, lastTerms.pair(i), next))
            }
            let results = out + (row &- size)
            for i in 0..<size {
              compensation += lost[i]
              results[i] = lastSums[i &+ 1] + compensation
            }
          }
          swap(&terms, &lastTerms)
          swap(&sums, &lastSums)
        }
      }
    }
    for row in rows.lowerBound + blocks * size..<rows.upperBound {
      add(term(row))
      out[row] = value
    }
  }

  /// What the addition `next = sum + term` loses, exactly and without a comparison (Knuth 1969, "The Art
  /// of Computer Programming", volume 2, section 4.2.2).
  @inline(__always)
  private static func rounding(
    _ sum: SIMD2<Double>, _ term: SIMD2<Double>, _ next: SIMD2<Double>
  ) -> SIMD2<Double> {
    let kept = next - sum
    return (sum - (next - kept)) + (term - kept)
  }
}

extension Span<Double> {
  /// Two numbers from place `i` on, which are not checked to be there.
  @inline(__always)
  func pair(_ i: Int) -> SIMD2<Double> { SIMD2(self[unchecked: i], self[unchecked: i &+ 1]) }
}

extension UnsafeMutablePointer<Double> {
  /// Two numbers from place `i` on.
  @inline(__always)
  fileprivate func pair(_ i: Int) -> SIMD2<Double> {
    UnsafeRawPointer(self + i).loadUnaligned(as: SIMD2<Double>.self)
  }

  @inline(__always)
  fileprivate func setPair(_ i: Int, _ pair: SIMD2<Double>) {
    UnsafeMutableRawPointer(self + i).storeBytes(of: pair, as: SIMD2<Double>.self)
  }
}
