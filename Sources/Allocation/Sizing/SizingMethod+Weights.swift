import Kernels

extension SizingMethod {
  /// The weights of some assets, each at least 0; none for no assets. They sum to 1, but for `kelly` and
  /// where bounds leave less.
  ///
  /// - Throws: `AllocationError.riskBudgetNotReached` and `quadraticProgramNotSolved`.
  /// - Precondition: the method is not `conviction`, whose sizes depend on no other asset.
  public func weights(_ problem: SizingProblem, _ options: SizingOptions = SizingOptions())
    throws(AllocationError) -> [Double]
  {
    let covariance = problem.covariance
    let n = covariance.rows
    guard n > 0 else { return [] }
    switch self {
    case .equal:
      return equalWeights(n)
    case .inverseVolatility:
      return inverseVolatilityWeights((0..<n).map { covariance[$0, $0].squareRoot() })
    case .correlationPenalised:
      return correlationPenalisedWeights(covariance: covariance, budgets: problem.budgets)
    case .riskParity:
      return try Allocation.riskParity(covariance: covariance)
    case .riskBudget:
      return try Allocation.riskBudget(covariance: covariance, budgets: problem.budgets)
    case .hierarchicalRiskParity:
      return Allocation.hierarchicalRiskParity(covariance: covariance, linkage: options.linkage)
    case .hierarchicalEqualRiskContribution:
      return Allocation.hierarchicalEqualRiskContribution(covariance: covariance)
    case .minimumVariance:
      return try minimumVarianceWeights(covariance: covariance, bounds: options.bounds)
    case .maximumDiversification:
      return try maximumDiversificationWeights(covariance: covariance)
    case .meanVariance:
      return try meanVarianceWeights(
        covariance: covariance, expectedReturns: problem.expectedReturns,
        riskAversion: options.riskAversion, bounds: options.bounds)
    case .blackLitterman:
      return try meanVarianceWeights(
        covariance: covariance, expectedReturns: problem.posteriorMean(options),
        riskAversion: options.riskAversion, bounds: options.bounds)
    case .kelly:
      return try kellyWeights(
        covariance: covariance, expectedReturns: problem.expectedReturns,
        fraction: options.kellyFraction)
    case .conviction:
      preconditionFailure("conviction sizes one position at a time")
    }
  }
}

extension SizingMethod {
  /// The method's weights times shares, with the same sum. What is then beyond the upper bound of a
  /// method that has one is left in cash.
  func weights(_ raw: [Double], scaledBy shares: [Double], _ options: SizingOptions) -> [Double] {
    let scaled = Allocation.weights(raw, scaledBy: shares)
    return hasBounds ? scaled.map { min($0, options.bounds.upper) } : scaled
  }
}

extension SizingProblem {
  /// The budgets are the reference portfolio: without a view it is what the utility chooses, since the
  /// covariance there is that of the returns alone. A view without a variance of its own is as
  /// uncertain as the equilibrium's mean (He and Litterman 1999).
  fileprivate func posteriorMean(_ options: SizingOptions) -> [Double] {
    let n = budgets.count
    var total = 0.0
    for budget in budgets { total += budget }
    let model = BlackLitterman(
      covariance: covariance, reference: budgets.map { $0 / total },
      riskAversion: options.riskAversion, tau: options.tau)
    var known: [BlackLitterman.View] = []
    for i in 0..<n {
      guard let view = views[i] else { continue }
      var portfolio = Array(repeating: 0.0, count: n)
      portfolio[i] = 1
      known.append(
        BlackLitterman.View(
          portfolio: portfolio, value: model.equilibrium[i] + view.value,
          variance: view.variance ?? options.tau * covariance[i, i]))
    }
    return model.posteriorMean(known)
  }
}
