public import Statistics

/// How often the best of several variants on one half of the time was among the worse half on the other.
public struct OverfittingReport: Sendable, Equatable {
  /// Names of the variants that were compared.
  public var names: [String]
  /// Variants that were given, equal ones too.
  public var given: Int
  /// How many independent variants these amount to, by their correlations.
  public var effective: Double?
  public var test: BacktestOverfitting

  /// Variants with the same returns count once, since neither can be chosen over the other. Nil where
  /// fewer than two vary, or there are too few steps to cut.
  ///
  /// - Parameter variants: returns of each, over the same steps.
  public init?(_ variants: [(name: String, returns: [Double])]) throws(StatisticsError) {
    var distinct: [(name: String, returns: [Double])] = []
    for variant in variants where !distinct.contains(where: { $0.returns == variant.returns }) {
      distinct.append(variant)
    }
    guard let test = try BacktestOverfitting(returns: distinct.map(\.returns)) else { return nil }
    names = distinct.map(\.name)
    given = variants.count
    effective = try effectiveTrials(distinct.map(\.returns))
    self.test = test
  }
}
