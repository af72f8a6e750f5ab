import CKernels

/// Exponentially weighted sums over the bars that two symbols have in common, for every pair of symbols,
/// and the correlations that they give.
///
/// The sums, with raw weights `u_t = (1 − λ)λ^age`, are the blocks `Sum` names, N×N each, row by row, their
/// upper triangles in use. Each operation has one right result, so plain loops give the same bits on every
/// ``InstructionSet``.
public enum PairKernels {
  /// The blocks in their order.
  public enum Sum: Int, CaseIterable, Sendable {
    /// Bars in common.
    case common
    /// `Σu x_i x_j`, `Σu x_i²` and `Σu x_j²`.
    case product, squareOfRow, squareOfColumn
    /// `Σu² x_i x_j` and `Σu² x_i² x_j²`.
    case productOfSquaredWeight, fourthOfSquaredWeight
  }

  /// The sums of so many symbols before the first row.
  public static func noSums(_ symbols: Int) -> [Double] {
    Array(repeating: 0, count: Sum.allCases.count * symbols * symbols)
  }

  /// Takes one row of returns into the sums.
  /// - Parameters:
  ///   - returns: N; NaN is a missing return, and leaves the sums of its symbol as they are.
  ///   - decay: λ.
  public static func add(_ returns: [Double], decay: Double, to sums: inout [Double]) {
    let (n, weight) = (returns.count, 1 - decay)
    precondition(sums.count == Sum.allCases.count * n * n, "sums of as many symbols")
    var row = Array(repeating: 0.0, count: Int(PAIR_PARTS) * n)
    for i in 0..<n {
      // A missing return multiplies by 1 and adds 0: the loop over columns has no branch.
      let isMissing = returns[i].isNaN
      row[Int(PAIR_RETURN) * n + i] = isMissing ? 0 : returns[i]
      row[Int(PAIR_PRESENT) * n + i] = isMissing ? 0 : 1
      row[Int(PAIR_KEEP) * n + i] = isMissing ? 1 : decay
      row[Int(PAIR_ADD) * n + i] = isMissing ? 0 : weight
      row[Int(PAIR_KEEP_SQUARED) * n + i] = isMissing ? 1 : decay * decay
      row[Int(PAIR_ADD_SQUARED) * n + i] = isMissing ? 0 : weight * weight
    }
    ckernels().pointee.allocation.addPairRow(n, row, &sums)
  }

  /// Writes the correlations of one symbol with those after it, and how uncertain each is.
  ///
  /// With `c = Σu` and `z = x/√(Σu x²/c)`: `C = Σu x_i x_j / √(Σu x_i² Σu x_j²)` within −1...1, and the noise
  /// `Σp²(z_i z_j − C)² = Σp² z_i² z_j² − 2C Σp² z_i z_j + C² Σp²`, `p = u/c`.
  /// - Parameters:
  ///   - count: N.
  ///   - total: `Σu` over the bars in common, one a later symbol, as below; 0 where they are not known.
  ///   - squared: `Σu²`.
  ///   - correlation: written; NaN where one of the two has not moved, or they are not known.
  ///   - noise: written.
  public static func correlations(
    of symbol: Int, count: Int, sums: [Double], total: [Double], squared: [Double],
    into correlation: inout [Double], noise: inout [Double]
  ) {
    let later = count - 1 - symbol
    precondition(symbol >= 0 && later >= 0 && sums.count == Sum.allCases.count * count * count)
    precondition(total.count >= later && squared.count >= later, "one a later symbol")
    precondition(correlation.count >= later && noise.count >= later, "one a later symbol")
    sums.withUnsafeBufferPointer { sums in
      correlation.withUnsafeMutableBufferPointer { correlation in
        noise.withUnsafeMutableBufferPointer { noise in
          correlations(
            symbol, count, sums, total, squared, correlation, noise)
        }
      }
    }
  }

  private static func correlations(
    _ symbol: Int, _ count: Int, _ sums: UnsafeBufferPointer<Double>,
    _ total: UnsafePointer<Double>, _ squared: UnsafePointer<Double>,
    _ correlation: UnsafeMutableBufferPointer<Double>, _ noise: UnsafeMutableBufferPointer<Double>
  ) {
    guard let sums = sums.baseAddress, let correlation = correlation.baseAddress,
      let noise = noise.baseAddress
    else { return }
    var pairs = PairCorrelations(
      count: count, symbol: symbol, sums: sums, total: total, squared: squared,
      correlation: correlation, noise: noise)
    ckernels().pointee.allocation.pairCorrelations(&pairs)
  }
}
