/// The share of the first of two portfolios, in inverse proportion to their variances.
func shareOfFirst(_ first: Double, _ second: Double) -> Double {
  let sum = first + second
  return sum > 0 ? 1 - first / sum : 0.5
}
