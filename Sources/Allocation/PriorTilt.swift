/// Holds a prior, sized by regime, tilted by skill that is proven and covers its costs.
///
/// Per symbol i, with P bars a year:
/// 1. prior `b` over the eligible symbols; exposure `e = min(L, σ*/√(P b'Σb))`;
/// 2. regime and throttle: `π_i = e u g_i b_i`, held when no forecast has skill, times the factor of the
///    trend overlay where that is on;
/// 3. tilt: `m_i = clip(1 + A_i / (SR0 σ_i √P), 0, m_max)`, `w_i = π_i m_i`.
///
/// The tilt is one step of Kelly about a prior that earns `SR0 σ_i` a unit of risk, one symbol at a
/// time. It moves weights, not only budgets: symbols that correlate strongly gain nothing from being
/// exchanged for each other. `A = 0` gives `m = 1` and `w = π` bit by bit. A prior whose method uses
/// expected returns has the forecasts in b, and no tilt.
extension AllocationDraft {
  mutating func applyPriorTilt(_ settings: AllocationSettings, _ limits: LimitSettings)
    throws(AllocationError)
  {
    guard !eligible.isEmpty else { return }
    let shares = eligible.map { input.assets[$0.line].share }
    let raw = try settings.prior.weights(priorProblem(shares, settings), settings.sizing)
    let prior =
      settings.prior.usesBudgets
      ? raw : settings.prior.weights(raw, scaledBy: shares, settings.sizing)
    let sized = eligible.indices.map { (eligible[$0].line, eligible[$0].row, prior[$0]) }
    if settings.prior.isAbsolute {
      scaleDown(sized, settings)
    } else {
      scale(sized, settings, limits)
    }
    if prior.allSatisfy({ $0 == 0 }) { allCash = .noExpectedReturn }

    let rootOfYear = input.periodsPerYear.squareRoot()
    for (index, row) in eligible {
      let (regimeSize, trend) = (input.assets[index].regimeSize, input.assets[index].trend)
      lines[index].regimeMultiplier = regimeSize
      lines[index].afterRegime = trend * (regimeSize * lines[index].scaled)
      if regimeSize != 1 { lines[index].reasons.append(.regimeSize(multiplier: regimeSize)) }
      if trend != 1 { lines[index].reasons.append(.trend(multiplier: trend)) }
      let volatility = input.covariance.volatilities[row] * rootOfYear
      // A prior made of the forecasts has them in its weights already.
      let tilt =
        settings.prior.usesForecasts
        ? 1
        : skillTilt(
          netAlpha: input.assets[index].netAlpha, volatility: volatility,
          sharpeOfPrior: settings.sharpeOfPrior, limit: settings.tiltMax)
      lines[index].tiltMultiplier = tilt
      lines[index].tilted = tilt * lines[index].afterRegime
      if tilt != 1 { lines[index].reasons.append(.tilt(multiplier: tilt)) }
      // A stopped symbol keeps its place in the prior: its share waits in cash.
      if let rule = input.assets[index].stoppedBy {
        lines[index].tilted = 0
        lines[index].reasons.append(.stopped(rule: rule))
      }
    }
  }

  /// The eligible symbols as a prior sees them. A prior that is made of expected returns takes
  /// `SR0 σ_i + A_i` a year: what the tilt assumes of the prior, and what the forecasts add.
  private func priorProblem(_ shares: [Double], _ settings: AllocationSettings) -> SizingProblem {
    let rows = eligible.map(\.row)
    var problem = SizingProblem(covariance: input.covariance.covariance(of: rows), budgets: shares)
    guard settings.prior.usesForecasts else { return problem }
    let year = input.periodsPerYear
    for (k, (index, row)) in eligible.enumerated() {
      let asset = input.assets[index]
      problem.expectedReturns[k] =
        settings.sharpeOfPrior * input.covariance.volatilities[row] / year.squareRoot()
        + asset.netAlpha / year
      if asset.netAlpha != 0 {
        problem.views[k] = (asset.netAlpha / year, asset.alphaVariance.map { $0 / (year * year) })
      }
    }
    return problem
  }
}

/// The factor on a prior weight, `clip(1 + A/(SR0 σ), 0, limit)`: 1 exactly when `A` is 0.
///
/// - Parameters:
///   - netAlpha: A, expected return a year beyond costs.
///   - volatility: σ a year, above 0.
///   - sharpeOfPrior: SR0, above 0.
///   - limit: m_max, at least 1.
public func skillTilt(
  netAlpha: Double, volatility: Double, sharpeOfPrior: Double, limit: Double
) -> Double {
  precondition(volatility > 0 && sharpeOfPrior > 0 && limit >= 1)
  return max(0, min(limit, 1 + netAlpha / (sharpeOfPrior * volatility)))
}
