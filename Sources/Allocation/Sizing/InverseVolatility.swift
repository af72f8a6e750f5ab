/// Weights in proportion to one over volatility, summing to 1.
/// - Precondition: every volatility is above 0.
public func inverseVolatilityWeights(_ volatilities: [Double]) -> [Double] {
  precondition(volatilities.allSatisfy { $0 > 0 })
  let inverse = volatilities.map { 1 / $0 }
  var sum = 0.0
  for value in inverse { sum += value }
  return inverse.map { $0 / sum }
}
