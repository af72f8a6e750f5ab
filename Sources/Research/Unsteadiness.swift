/// Standard deviation over mean of the standard deviation of `span` returns in a row.
func unsteadiness(of returns: [Double], span: Int = 20) -> Double? {
  guard returns.count > span else { return nil }
  func deviation(_ values: some Collection<Double>) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count - 1)).squareRoot())
  }
  let risks = (span...returns.count).map { deviation(returns[($0 - span)..<$0]).deviation }
  let spread = deviation(risks)
  return spread.mean > 0 ? spread.deviation / spread.mean : nil
}
