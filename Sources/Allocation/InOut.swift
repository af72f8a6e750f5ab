import Kernels

/// Sizes the positions that the entry and exit rules hold open; the rest is cash.
///
/// Budgets are `|c_i|` times the size multiplier and the share of the active symbols. Every method sees
/// the covariance from the positions' own sides, `Σ'_ij = s_i s_j Σ_ij`, s the sign of c, so that a
/// hedge is rewarded; its weights then get their signs. Methods with budgets share by them, methods
/// with expected returns expect in proportion to them, and with the others conviction gives the side
/// alone and the symbol's share multiplies its weight. Exposure then follows the volatility target as
/// in the prior mode; weights that are parts of equity by themselves (`conviction`, `kelly`) are only
/// scaled down.
extension AllocationDraft {
  mutating func applyInOut(_ settings: AllocationSettings, _ limits: LimitSettings)
    throws(AllocationError)
  {
    for (index, asset) in input.assets.enumerated() { lines[index].conviction = asset.conviction }
    var active: [(line: Int, row: Int)] = []
    for entry in eligible {
      if let reason = whyInactive(input.assets[entry.line]) {
        lines[entry.line].reasons.append(reason)
      } else {
        active.append(entry)
      }
    }
    guard !active.isEmpty else {
      allCash = allCash ?? .noActivePosition
      return
    }

    var total = 0.0
    var budgets: [Double] = []
    var signs: [Double] = []
    for (index, _) in active {
      let asset = input.assets[index]
      budgets.append(abs(asset.conviction) * asset.sizeMultiplier * asset.share)
      signs.append(asset.conviction < 0 ? -1 : 1)
      total += budgets.last!
    }
    let sizes = try sizes(active, signs, budgets, settings)
    // The methods without budgets give their weights as such.
    if settings.method == .conviction || !settings.method.usesBudgets {
      budgets = sizes
      total = 0
      for size in sizes { total += size }
    }
    for (k, entry) in active.enumerated() {
      lines[entry.line].regimeMultiplier = input.assets[entry.line].sizeMultiplier
      // Nothing is worth its risk: no part of it can be given to anyone.
      lines[entry.line].budget = total > 0 ? budgets[k] / total : 0
    }
    let sized = active.indices.map { (active[$0].line, active[$0].row, signs[$0] * sizes[$0]) }
    if settings.method.isAbsolute {
      scaleDown(sized, settings)
    } else {
      scale(sized, settings, limits)
    }
    for (index, _) in active {
      let multiplier = lines[index].regimeMultiplier
      if multiplier != 1 { lines[index].reasons.append(.regimeSize(multiplier: multiplier)) }
      lines[index].afterRegime = lines[index].scaled
      lines[index].tilted = lines[index].scaled
    }
  }

  /// Why a symbol that could be held has no position, or nil if it has one.
  private func whyInactive(_ asset: AssetInput) -> AllocationReason? {
    if let rule = asset.stoppedBy { return .stopped(rule: rule) }
    if let rule = asset.exitedBy { return .exit(rule: rule) }
    if !asset.isActive { return .notEntered }
    if asset.conviction == 0 { return .noConviction }
    if asset.sizeMultiplier == 0 { return .regimeSize(multiplier: 0) }
    return nil
  }

  /// The weight of each active position, at least 0.
  private func sizes(
    _ active: [(line: Int, row: Int)], _ signs: [Double], _ budgets: [Double],
    _ settings: AllocationSettings
  ) throws(AllocationError) -> [Double] {
    let method = settings.method
    if method == .conviction { return convictionSizes(active.map(\.line)) }
    var problem = SizingProblem(
      covariance: signFlipped(input.covariance.covariance(of: active.map(\.row)), signs),
      budgets: budgets)
    if method.usesForecasts {
      // A full conviction is worth the Sharpe ratio that a prior is assumed to earn.
      for (k, entry) in active.enumerated() {
        let expected =
          settings.sharpeOfPrior * budgets[k] * input.covariance.volatilities[entry.row]
          / input.periodsPerYear.squareRoot()
        problem.expectedReturns[k] = expected
        problem.views[k] = (expected, nil)
      }
    }
    let weights = try method.weights(problem, settings.sizing)
    let shares = active.map { input.assets[$0.line].share }
    return method.usesBudgets || method.usesForecasts
      ? weights : method.weights(weights, scaledBy: shares, settings.sizing)
  }

  /// `s_i s_j Σ_ij`.
  private func signFlipped(_ covariance: Matrix, _ signs: [Double]) -> Matrix {
    let n = signs.count
    var elements = covariance.elements
    for i in 0..<n {
      for j in 0..<n { elements[i * n + j] *= signs[i] * signs[j] }
    }
    return Matrix(square: n, elements)
  }
}
