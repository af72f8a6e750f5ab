public import Kernels

/// Inverse volatility, less where an asset moves with the others:
/// `w_i ∝ b_i / (σ_i Σ_j max(ρ_ij, 0) b_j / b̄)`, summing to 1.
///
/// The sum counts the asset itself, so that it is 1 for one that moves with no other and N for one of N
/// duplicates with equal budgets, which then take the place of one. Negative correlations are not
/// rewarded: they hold least when they are needed.
/// - Parameters:
///   - covariance: N×N, with a positive diagonal.
///   - budgets: N, at least 0 and not all 0, in any scale.
public func correlationPenalisedWeights(covariance: Matrix, budgets: [Double]) -> [Double] {
  let n = covariance.rows
  precondition(covariance.columns == n && budgets.count == n, "one budget a row")
  precondition((0..<n).allSatisfy { covariance[$0, $0] > 0 }, "every variance is above 0")
  let elements = covariance.elements
  let volatilities = (0..<n).map { elements[$0 * n + $0].squareRoot() }
  var total = 0.0
  for budget in budgets { total += budget }
  var (weights, sum) = ([Double](), 0.0)
  for i in 0..<n {
    var crowd = 0.0
    for j in 0..<n {
      let correlation = i == j ? 1 : elements[i * n + j] / (volatilities[i] * volatilities[j])
      crowd += max(0, correlation) * budgets[j] * Double(n) / total
    }
    weights.append(budgets[i] > 0 ? budgets[i] / (volatilities[i] * crowd) : 0)
    sum += weights[i]
  }
  return weights.map { $0 / sum }
}
