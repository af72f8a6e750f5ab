import CKernels

/// A symmetric matrix times a vector, and the equations of risk budgeting.
///
/// Columns are read as rows: the matrix has to be symmetric to the bit. Each sum goes in order, product and
/// sum rounded apart, so plain loops give the same bits on every ``InstructionSet``.
public enum SymmetricKernels {
  /// Writes `Mx`.
  /// - Parameters:
  ///   - matrix: N×N, symmetric to the bit.
  ///   - x: N.
  ///   - y: N, written.
  public static func product(_ matrix: [Double], _ x: [Double], into y: inout [Double]) {
    precondition(matrix.count == x.count * x.count && y.count == x.count, "N×N and N numbers")
    ckernels().pointee.allocation.symmetricProduct(x.count, matrix, x, &y)
  }

  /// Writes `Σ_j |M_ij x_j|`, as `product` does.
  public static func magnitudes(_ matrix: [Double], _ x: [Double], into y: inout [Double]) {
    precondition(matrix.count == x.count * x.count && y.count == x.count, "N×N and N numbers")
    ckernels().pointee.allocation.symmetricMagnitudes(x.count, matrix, x, &y)
  }

  /// What a sweep has changed.
  public struct Sweep: Sendable, Equatable {
    /// The largest change of an unknown before the scaling, relative to it.
    public let change: Double
    /// The largest error of an equation after it, relative to its budget.
    public let error: Double
  }

  /// Solves each of the equations `y_i (Cy)_i = b_i` for its own unknown in turn, then scales to `y'Cy = 1`.
  /// - Parameters:
  ///   - correlation: C, N×N, symmetric to the bit, diagonal 1.
  ///   - budgets: N, above 0, summing to 1.
  ///   - solution: y, N, above 0.
  ///   - marginal: Cy, N, kept up to date.
  /// - Returns: nil where `y'Cy` is not above 0; nothing is scaled then.
  public static func riskBudgetSweep(
    _ correlation: [Double], budgets: [Double], solution: inout [Double],
    marginal: inout [Double]
  ) -> Sweep? {
    let n = budgets.count
    precondition(correlation.count == n * n, "N×N correlations")
    precondition(solution.count == n && marginal.count == n, "N unknowns")
    return correlation.withUnsafeBufferPointer { correlation in
      budgets.withUnsafeBufferPointer { budgets in
        solution.withUnsafeMutableBufferPointer { solution in
          marginal.withUnsafeMutableBufferPointer { marginal in
            guard let correlation = correlation.baseAddress, let budgets = budgets.baseAddress,
              let solution = solution.baseAddress, let marginal = marginal.baseAddress
            else { return nil }
            var sweep = RiskBudgetSweep(
              count: n, correlation: correlation, budgets: budgets, solution: solution,
              marginal: marginal, change: 0, error: 0)
            guard ckernels().pointee.allocation.riskBudgetSweep(&sweep) else { return nil }
            return Sweep(change: sweep.change, error: sweep.error)
          }
        }
      }
    }
  }
}
