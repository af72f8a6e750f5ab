import Kernels

/// The same weight for each of `count` assets, summing to 1.
public func equalWeights(_ count: Int) -> [Double] {
  Array(repeating: 1 / Double(count), count: count)
}

/// Weights in proportion to one over volatility, summing to 1.
/// - Precondition: every volatility is above 0.
public func inverseVolatilityWeights(_ volatilities: [Double]) -> [Double] {
  precondition(volatilities.allSatisfy { $0 > 0 })
  let inverse = volatilities.map { 1 / $0 }
  var sum = 0.0
  for value in inverse { sum += value }
  return inverse.map { $0 / sum }
}

extension AllocationSettings.Prior {
  /// The prior's weights of the assets of a covariance, summing to 1; none for no assets.
  public func weights(covariance: Matrix) throws(AllocationError) -> [Double] {
    let n = covariance.rows
    guard n > 0 else { return [] }
    switch self {
    case .equal:
      return equalWeights(n)
    case .riskParity:
      return try Allocation.riskParity(covariance: covariance)
    case .inverseVolatility:
      return inverseVolatilityWeights((0..<n).map { covariance[$0, $0].squareRoot() })
    case .hierarchicalRiskParity:
      return Allocation.hierarchicalRiskParity(covariance: covariance)
    }
  }
}
