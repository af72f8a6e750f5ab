import Engine
public import Statistics

extension VariantComparison {
  /// Whether any variant beats equal weight at the own variant's costs, once all of them have been
  /// looked at, and how often the best one would have been luck; the own variant's report shows both.
  ///
  /// - Precondition: The own report has that baseline, over the variants' dates.
  public mutating func testAgainstEqualWeight() throws(StatisticsError) {
    let report = variants[own].report
    let name = Research.Baseline.equalWeight.rawValue
    guard let curve = report.baselines.first(where: { $0.name == name }),
      curve.times == variants[own].times
    else { preconditionFailure("the own variant has no '\(name)' over its dates") }
    let compared: [(name: String, returns: [Double])] = variants.compactMap { variant in
      variant.excess.map { (name: variant.name, returns: $0) }
    }
    if let benchmark = curve.excessReturns {
      variants[own].report.maxTest = try MaxTestReport(
        variants: compared, benchmark: (name, benchmark), stepsPerYear: report.stepsPerYear)
    }
    variants[own].report.overfitting = try OverfittingReport(compared)
  }
}
