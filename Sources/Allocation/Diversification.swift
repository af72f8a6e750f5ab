public import Kernels

/// How far the risk of signed weights is spread.
public struct Diversification: Sendable, Equatable {
  /// `√(w'Σw)`, per bar of the covariance.
  public let volatility: Double
  /// `Σ|w_i| σ_i / √(w'Σw)`: 1 where everything moves together (Choueifaty and Coignard 2008); nil
  /// without risk.
  public let ratio: Double?
  /// `1 / Σ RC_i²`, RC the shares of the variance: N positions that share it alike are N bets; nil
  /// without risk.
  public let effectiveBets: Double?
  /// The correlation of the positions, seen from their own sides and weighted by their risk:
  /// `(w'Σw − Σ w²σ²) / ((Σ|w|σ)² − Σ w²σ²)`; nil for fewer than two positions.
  public let averageCorrelation: Double?
  /// `(Σ|w_i|)² / Σ w_i²`: how many equal positions the weights are worth; nil without any.
  public let effectivePositions: Double?

  /// - Parameters:
  ///   - weights: N, signed.
  ///   - covariance: N×N.
  public init(weights: [Double], covariance: Matrix) {
    let n = weights.count
    precondition(covariance.rows == n && covariance.columns == n, "one row and column a weight")
    let elements = covariance.elements
    var (variance, standalone, own, squaredShares) = (0.0, 0.0, 0.0, 0.0)
    var (gross, squares, positions) = (0.0, 0.0, 0)
    for i in 0..<n where weights[i] != 0 {
      var marginal = 0.0
      for j in 0..<n { marginal += elements[i * n + j] * weights[j] }
      let contribution = weights[i] * marginal
      let square = weights[i] * weights[i] * elements[i * n + i]
      variance += contribution
      squaredShares += contribution * contribution
      own += square
      standalone += square.squareRoot()
      gross += abs(weights[i])
      squares += weights[i] * weights[i]
      positions += 1
    }
    volatility = max(0, variance).squareRoot()
    ratio = variance > 0 ? standalone / volatility : nil
    effectiveBets = variance > 0 && squaredShares > 0 ? variance * variance / squaredShares : nil
    let pairs = standalone * standalone - own
    averageCorrelation = positions > 1 && pairs > 0 ? (variance - own) / pairs : nil
    effectivePositions = squares > 0 ? gross * gross / squares : nil
  }
}
