/// Weights with equal shares of the variance by a fixed-point iteration, which shares nothing with the
/// program's descent.
enum PlainRiskBudget {
  /// At the solution `x_i (Cx)_i = 1` with the correlations C, x the weight times the volatility. Each
  /// round takes a quarter of the way there in logarithms, which converges from anywhere while C has no
  /// eigenvalue above 7 in the metric of the solution: with correlations that are not negative it has
  /// none above 1.
  static func equal(_ volatilities: [Double], _ correlation: [[Double]]) -> [Double] {
    var x = volatilities.map { _ in 1.0 }
    for _ in 0..<2000 {
      var furthest = 0.0
      let marginal = x.indices.map { row in
        x.indices.reduce(0) { $0 + correlation[row][$1] * x[$1] }
      }
      for row in x.indices {
        let product = x[row] * marginal[row]
        // A first guess may be far off; what hedges too much moves up by what is safe.
        x[row] /= product > 0 ? product.squareRoot().squareRoot() : 0.5
        furthest = max(furthest, abs(product - 1))
      }
      if furthest < 1e-14 { break }
    }
    let weights = zip(x, volatilities).map { $0 / $1 }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
