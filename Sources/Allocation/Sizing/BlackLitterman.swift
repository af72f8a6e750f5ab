public import Kernels

/// What returns are expected once views are held beside those that the market implies (Black and
/// Litterman 1992, "Global portfolio optimization").
public struct BlackLitterman: Sendable {
  /// A view on the return of a portfolio.
  public struct View: Sendable, Equatable {
    /// N weights: a single 1 for one asset, 1 and −1 for one against another.
    public var portfolio: [Double]
    /// The return expected of it.
    public var value: Double
    /// The variance of that expectation, above 0.
    public var variance: Double

    public init(portfolio: [Double], value: Double, variance: Double) {
      self.portfolio = portfolio
      self.value = value
      self.variance = variance
    }
  }

  /// N×N.
  public let covariance: Matrix
  /// π, N: the returns for which a reference portfolio is the best one.
  public let equilibrium: [Double]
  /// τ: the uncertainty of the equilibrium's means, as a part of the covariance.
  public let tau: Double

  /// - Parameters:
  ///   - reference: N weights of the portfolio that is held without a view.
  ///   - riskAversion: δ, for which it is held: `π = δ Σ w`.
  public init(covariance: Matrix, reference: [Double], riskAversion: Double, tau: Double) {
    let n = covariance.rows
    precondition(reference.count == n && riskAversion > 0 && tau > 0)
    self.covariance = covariance
    self.tau = tau
    equilibrium = (0..<n).map { i in
      var sum = 0.0
      for j in 0..<n { sum += covariance[i, j] * reference[j] }
      return riskAversion * sum
    }
  }

  /// `μ = π + τΣP' (PτΣP' + Ω)⁻¹ (q − Pπ)`; the equilibrium without a view.
  public func posteriorMean(_ views: [View]) -> [Double] {
    let (moved, factor) = pulls(views)
    let surprise = views.map { view in
      var sum = view.value
      for i in equilibrium.indices { sum -= view.portfolio[i] * equilibrium[i] }
      return sum
    }
    let pull = choleskySolve(factor, surprise)
    var mean = equilibrium
    for (k, row) in moved.enumerated() {
      for i in mean.indices { mean[i] += row[i] * pull[k] }
    }
    return mean
  }

  /// The covariance of returns about the posterior mean, `Σ + τΣ − τΣP' (PτΣP' + Ω)⁻¹ PτΣ`.
  public func posteriorCovariance(_ views: [View]) -> Matrix {
    let (moved, factor) = pulls(views)
    let n = equilibrium.count
    var posterior = covariance
    for i in 0..<n {
      let column = choleskySolve(factor, moved.map { $0[i] })
      for j in 0..<n {
        posterior[i, j] *= 1 + tau
        for (k, row) in moved.enumerated() { posterior[i, j] -= row[j] * column[k] }
      }
    }
    return posterior
  }

  /// `τΣP'`, a row a view, and the factor of `PτΣP' + Ω`.
  private func pulls(_ views: [View]) -> (moved: [[Double]], factor: Matrix) {
    let n = equilibrium.count
    let moved = views.map { view in
      (0..<n).map { i in
        var sum = 0.0
        for j in 0..<n { sum += tau * covariance[i, j] * view.portfolio[j] }
        return sum
      }
    }
    var uncertainty = Matrix(rows: views.count, columns: views.count)
    for (k, view) in views.enumerated() {
      precondition(view.variance > 0 && view.portfolio.count == n)
      for (m, row) in moved.enumerated() {
        for i in 0..<n { uncertainty[k, m] += view.portfolio[i] * row[i] }
      }
      uncertainty[k, k] += view.variance
    }
    guard let factor = choleskyFactor(uncertainty) else {
      preconditionFailure("variances above 0 make it positive definite")
    }
    return (moved, factor)
  }
}
