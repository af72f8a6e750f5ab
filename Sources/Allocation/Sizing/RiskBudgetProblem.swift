import Kernels

/// Solves `y_i (Cy)_i = b_i` for `y = σx > 0`: risk budgeting in units of volatility.
///
/// C is the correlation matrix, `Σb = 1`. See `riskBudget` for the papers.
struct RiskBudgetProblem {
  let n: Int
  let volatilities: [Double]
  private let correlation: [Double]
  private let budgets: [Double]
  private(set) var solution: [Double]
  /// `Cy`, kept up to date by the sweeps and computed afresh before a result is accepted.
  private var marginal: [Double]
  /// `Σ_j |C_ij y_j|`, where it was asked for.
  private var magnitudes: [Double]

  private static let tolerance = 1e-12
  /// The part of a budget that rounding may blur. Positions that hedge each other almost completely
  /// lose digits; where more is lost than this, the hedge is complete and has no solution.
  private static let largestRounding = 0.01
  private static let descentSweeps = 200
  private static let newtonSteps = 200

  /// - Parameters:
  ///   - covariance: the matrix that holds all assets; what is above its diagonal is read.
  ///   - active: the rows of the problem.
  ///   - budgets: one a row of the problem, above 0, summing to 1.
  init(covariance: Matrix, active: [Int], budgets: [Double]) {
    n = active.count
    self.budgets = budgets
    volatilities = active.map {
      precondition(covariance[$0, $0] > 0, "a variance is above 0")
      return covariance[$0, $0].squareRoot()
    }
    correlation = RiskBudgetProblem.correlation(covariance.part(active), volatilities)
    // The exact solution when all correlations are 0.
    solution = budgets.map { $0.squareRoot() }
    marginal = Array(repeating: 0, count: n)
    magnitudes = marginal
  }

  /// N×N, symmetric to the bit.
  private static func correlation(_ covariance: Matrix, _ volatilities: [Double]) -> [Double] {
    let n = volatilities.count
    var correlation = covariance.elements
    correlation.withUnsafeMutableBufferPointer { c in
      volatilities.withUnsafeBufferPointer { volatilities in
        for i in 0..<n {
          let own = volatilities[i]
          c[i * n + i] = 1
          for j in (i + 1)..<n { c[i * n + j] /= own * volatilities[j] }
        }
        for i in 0..<n {
          for j in 0..<i { c[i * n + j] = c[j * n + i] }
        }
      }
    }
    return correlation
  }

  mutating func solve() throws(AllocationError) {
    refreshMarginal()
    for _ in 0..<RiskBudgetProblem.descentSweeps where sweep() {
      refreshMarginal()
      if residual() <= 1 { return }
    }
    for _ in 0..<RiskBudgetProblem.newtonSteps {
      refreshMarginal()
      if residual() <= 1 { return }
      guard newtonStep() else { break }
    }
    throw .riskBudgetNotReached(
      residual: residual() * RiskBudgetProblem.tolerance,
      iterations: RiskBudgetProblem.descentSweeps + RiskBudgetProblem.newtonSteps)
  }

  private mutating func refreshMarginal() {
    SymmetricKernels.product(correlation, solution, into: &marginal)
  }

  /// Solves each equation for its own unknown in turn, then scales to `y'Cy = Σb = 1`.
  /// - Returns: whether the result may be final.
  private mutating func sweep() -> Bool {
    let swept = SymmetricKernels.riskBudgetSweep(
      correlation, budgets: budgets, solution: &solution, marginal: &marginal)
    return swept.map { $0.error <= RiskBudgetProblem.tolerance || $0.change <= 1e-14 } ?? false
  }

  /// The largest error of an equation over what is tolerated: `tolerance·b_i` and the rounding of the
  /// sum. Infinite where rounding leaves nothing to compare.
  private mutating func residual() -> Double {
    SymmetricKernels.magnitudes(correlation, solution, into: &magnitudes)
    var worst = 0.0
    for i in 0..<n {
      let rounding = 8 * Double(n).squareRoot() * 0x1p-53 * solution[i] * magnitudes[i]
      guard rounding <= RiskBudgetProblem.largestRounding * budgets[i] else { return .infinity }
      let error = abs(solution[i] * marginal[i] - budgets[i])
      let ratio = error / (RiskBudgetProblem.tolerance * budgets[i] + rounding)
      guard ratio.isFinite else { return .infinity }
      worst = max(worst, ratio)
    }
    return worst
  }

  /// One Newton step on `½y'Cy − Σ b ln y`; false when the equations are singular.
  ///
  /// The function divided by the smallest budget is self-concordant: with a decrement λ below 1 the
  /// full step stays within the positive numbers and converges quadratically. Before that the step is
  /// halved until the function falls (Armijo); the damping that theory offers, `1/(1+λ)`, is far
  /// slower with one small budget.
  private mutating func newtonStep() -> Bool {
    var hessian = correlation
    var gradient = Array(repeating: 0.0, count: n)
    for i in 0..<n {
      gradient[i] = marginal[i] - budgets[i] / solution[i]
      hessian[i * n + i] += budgets[i] / (solution[i] * solution[i])
    }
    guard let factor = choleskyFactor(Matrix(square: n, hessian)) else { return false }
    let step = choleskySolve(factor, gradient)
    var decrement = 0.0
    var largest = 0.0
    for i in 0..<n {
      decrement += step[i] * gradient[i]
      largest = max(largest, step[i] / solution[i])
    }
    var length = 1.0
    if decrement > 0.09 * budgets.reduce(1, min) {
      length = min(1, 0.95 / largest)
      let start = solution
      let value = objective(start)
      while length > 1e-12,
        objective((0..<n).map { start[$0] - length * step[$0] })
          > value - 1e-4 * length * decrement
      { length /= 2 }
    }
    for i in 0..<n { solution[i] -= length * step[i] }
    return true
  }

  /// `½y'Cy − Σ b ln y`.
  private func objective(_ y: [Double]) -> Double {
    var own = marginal
    SymmetricKernels.product(correlation, y, into: &own)
    var value = 0.0
    for i in 0..<n { value += 0.5 * y[i] * own[i] - budgets[i] * Elementary.log(y[i]) }
    return value
  }
}
