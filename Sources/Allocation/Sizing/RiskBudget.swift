import Kernels

/// Long-only weights, summing to 1, whose shares of the portfolio's variance are the budgets.
///
/// `w_i (Σw)_i / w'Σw = b_i`. The weights are the scaled minimum of `½x'Σx − Σ b_i ln x_i`, found by
/// cyclical coordinate descent (Griveau-Billion, Richard and Roncalli 2013, arXiv 1311.4057) on the
/// correlation matrix with rescaling at each sweep (Choi and Chen 2022, arXiv 2203.00148). Where
/// descent is slow (strong negative correlations), damped Newton steps on the same function finish
/// (Spinu 2013, "An algorithm for computing risk parity weights").
///
/// For positions with signs s, pass `s_i s_j Σ_ij` and give the weights their signs.
///
/// - Parameters:
///   - covariance: N×N, positive semidefinite, with a positive diagonal.
///   - budgets: N, not negative, in any scale; a budget of 0 has weight 0.
/// - Returns: N weights; contributions are within 1e-12 of the budgets, relatively, or within the
///   rounding of their sums where that is more. No budgets above 0 give no weights above 0.
/// - Throws: `AllocationError.riskBudgetNotReached` when positions hedge each other completely.
public func riskBudget(covariance: Matrix, budgets: [Double]) throws(AllocationError) -> [Double] {
  let n = covariance.rows
  precondition(covariance.columns == n && budgets.count == n, "one budget a row")
  precondition(budgets.allSatisfy { $0 >= 0 && $0.isFinite }, "a budget is not negative")
  let active = (0..<n).filter { budgets[$0] > 0 }
  var weights = Array(repeating: 0.0, count: n)
  guard !active.isEmpty else { return weights }

  var total = 0.0
  for i in active { total += budgets[i] }
  var problem = RiskBudgetProblem(
    covariance: covariance, active: active, budgets: active.map { budgets[$0] / total })
  try problem.solve()

  var sum = 0.0
  for (k, i) in active.enumerated() {
    weights[i] = problem.solution[k] / problem.volatilities[k]
    sum += weights[i]
  }
  for i in active { weights[i] /= sum }
  return weights
}

/// Long-only weights, summing to 1, with equal shares of the portfolio's variance.
public func riskParity(covariance: Matrix) throws(AllocationError) -> [Double] {
  try riskBudget(covariance: covariance, budgets: Array(repeating: 1, count: covariance.rows))
}

/// The share of each weight in the portfolio's variance, `w_i (Σw)_i / w'Σw`; they sum to 1.
///
/// Nil when the portfolio has no variance, as when nothing is held.
public func riskContributions(weights: [Double], covariance: Matrix) -> [Double]? {
  let marginal = symmetricProduct(covariance, weights)
  var variance = 0.0
  for i in weights.indices { variance += weights[i] * marginal[i] }
  guard variance > 0 else { return nil }
  return weights.indices.map { weights[$0] * marginal[$0] / variance }
}

/// The variance of a portfolio, `w'Σw`, at least 0.
func portfolioVariance(weights: [Double], covariance: Matrix) -> Double {
  let marginal = symmetricProduct(covariance, weights)
  var variance = 0.0
  for i in weights.indices { variance += weights[i] * marginal[i] }
  return max(0, variance)
}

/// `Mx`, M symmetric, each row summed in order.
private func symmetricProduct(_ matrix: Matrix, _ vector: [Double]) -> [Double] {
  var product = Array(repeating: 0.0, count: vector.count)
  SymmetricKernels.product(matrix.elements, vector, into: &product)
  return product
}
