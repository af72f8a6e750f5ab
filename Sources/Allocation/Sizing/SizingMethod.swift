public import Kernels

/// How the exposure is shared: the portfolio that is held without skill (`allocation.prior`), and the
/// open positions (`allocation.method`).
public enum SizingMethod: String, Sendable, CaseIterable {
  /// The same weight for each.
  case equal
  /// In proportion to one over volatility.
  case inverseVolatility = "inverse_vol"
  /// Inverse volatility, less where an asset moves with the others.
  case correlationPenalised = "correlation_penalised"
  /// Equal shares of the portfolio's variance.
  case riskParity = "risk_parity"
  /// Shares of the portfolio's variance in proportion to the budgets.
  case riskBudget = "risk_budget"
  /// Hierarchical risk parity.
  case hierarchicalRiskParity = "hrp"
  /// Hierarchical equal risk contribution.
  case hierarchicalEqualRiskContribution = "herc"
  /// The least variance.
  case minimumVariance = "min_variance"
  /// The largest diversification ratio.
  case maximumDiversification = "max_diversification"
  /// The largest utility of expected return and variance.
  case meanVariance = "mean_variance"
  /// The same, of returns implied by a reference portfolio and corrected by views.
  case blackLitterman = "black_litterman"
  /// A fraction of the weights of the largest growth; the rest is cash.
  case kelly
  /// Each position as large as its own conviction asks for; the rest is cash. It has no prior.
  case conviction

  /// The methods that share by risk or by return: all but `conviction`, whose sizes are no shares.
  public static var priors: [SizingMethod] { allCases.filter { $0 != .conviction } }

  /// Whether a budget moves the weights by itself; with the others, budgets scale what comes out.
  public var usesBudgets: Bool {
    switch self {
    case .correlationPenalised, .riskBudget, .blackLitterman, .conviction: true
    case .meanVariance, .kelly: false
    case .equal, .inverseVolatility, .riskParity, .hierarchicalRiskParity,
      .hierarchicalEqualRiskContribution, .minimumVariance, .maximumDiversification:
      false
    }
  }

  /// Whether expected returns move the weights, so that a tilt by the same forecasts would count them
  /// twice.
  public var usesForecasts: Bool {
    self == .meanVariance || self == .blackLitterman || self == .kelly
  }

  /// Whether one weight can be bounded by itself: `SizingOptions.bounds`.
  var hasBounds: Bool {
    self == .minimumVariance || self == .meanVariance || self == .blackLitterman
  }

  /// Whether weights are parts of equity, to be scaled down only, and not shares of the exposure.
  public var isAbsolute: Bool { self == .kelly || self == .conviction }
}

/// What a method sizes: assets seen from the side on which each is held, so that weights are at least 0.
public struct SizingProblem: Sendable {
  /// N×N, of one bar, with a positive diagonal.
  public var covariance: Matrix
  /// N, above 0, in any scale.
  public var budgets: [Double]
  /// N, of one bar: returns expected of each.
  public var expectedReturns: [Double]
  /// Forecasts beside what is expected anyway: the return beyond it, of one bar, and the variance of
  /// that; nil for none.
  public var views: [(value: Double, variance: Double?)?]

  public init(
    covariance: Matrix, budgets: [Double]? = nil, expectedReturns: [Double]? = nil,
    views: [(value: Double, variance: Double?)?]? = nil
  ) {
    let n = covariance.rows
    self.covariance = covariance
    self.budgets = budgets ?? Array(repeating: 1, count: n)
    self.expectedReturns = expectedReturns ?? Array(repeating: 0, count: n)
    self.views = views ?? Array(repeating: nil, count: n)
    precondition(
      covariance.columns == n && self.budgets.count == n && self.expectedReturns.count == n
        && self.views.count == n, "one of each an asset")
  }
}
