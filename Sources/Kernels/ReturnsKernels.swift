import CKernels

/// Sums over the columns of returns, T×N, row by row; NaN is a missing return.
///
/// Each sum goes in the order of the rows, so plain loops give the same bits on every ``InstructionSet``.
public enum ReturnsKernels {
  /// How many returns each column has, and their sum.
  public static func sums(_ returns: [Double], columns n: Int) -> (
    counts: [Double], sums: [Double]
  ) {
    var counts = Array(repeating: 0.0, count: n)
    var sums = counts
    ckernels().pointee.allocation.returnSums(
      rows(returns, columns: n), n, returns, &counts, &sums)
    return (counts, sums)
  }

  /// `Σ (x − mean)²` of each column.
  public static func squares(_ returns: [Double], about means: [Double]) -> [Double] {
    var squares = means
    ckernels().pointee.allocation.returnSquares(
      rows(returns, columns: means.count), means.count, returns, means, &squares)
    return squares
  }

  /// `x − mean`, and 0 where a return is missing.
  public static func centred(_ returns: [Double], about means: [Double]) -> [Double] {
    let rows = rows(returns, columns: means.count)
    return Array(unsafeUninitializedCapacity: returns.count) { centred, written in
      guard let to = centred.baseAddress else { return }
      ckernels().pointee.allocation.centreReturns(rows, means.count, returns, means, to)
      written = returns.count
    }
  }

  private static func rows(_ returns: [Double], columns n: Int) -> Int {
    precondition(n == 0 ? returns.isEmpty : returns.count % n == 0, "whole rows")
    return n == 0 ? 0 : returns.count / n
  }
}
