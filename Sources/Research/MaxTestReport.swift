public import Statistics

/// Whether any of a portfolio's variants beats a benchmark, once all of them have been looked at.
public struct MaxTestReport: Sendable, Equatable {
  /// Names of the variants, in the order of `test.rows`.
  public var names: [String]
  public var benchmark: String
  /// Returns that the test rests on.
  public var steps: Int
  public var test: MaxTest

  /// - Parameters:
  ///   - variants: returns of each variant above cash, a day (or a slower primary bar) apart.
  ///   - benchmark: returns of the benchmark over the same steps.
  ///   - stepsPerYear: steps a year.
  /// - Throws: `StatisticsError` where the series do not belong together.
  public init(
    variants: [(name: String, returns: [Double])], benchmark: (name: String, returns: [Double]),
    alternative: MaxTest.Alternative = .better, stepsPerYear: Double
  ) throws(StatisticsError) {
    names = variants.map(\.name)
    self.benchmark = benchmark.name
    steps = benchmark.returns.count
    test = try MaxTest(
      strategies: variants.map(\.returns), benchmark: benchmark.returns, alternative: alternative,
      barsPerYear: stepsPerYear)
  }
}
