import Kernels

/// Sizes the positions that the entry and exit rules hold open; the rest is cash.
///
/// Budgets are `|c_i|` times the size multiplier of the active symbols. `risk_budget` gives each its
/// share of the portfolio's variance, with the covariance seen from the positions' own sides:
/// `Σ'_ij = s_i s_j Σ_ij`, s the sign of c, so that a hedge is rewarded. `equal` gives each the same
/// weight. Exposure then follows the volatility target as in the prior mode. Under `conviction` each
/// position has a size of its own. A symbol's share multiplies its budget or its weight.
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
    let weights: [Double]
    switch settings.method {
    case .equal:
      weights = Allocation.weights(
        equalWeights(active.count), scaledBy: active.map { input.assets[$0.line].share })
      budgets = weights
      total = 1
    case .riskBudget:
      weights = try riskBudget(
        covariance: signFlipped(input.covariance.covariance(of: active.map(\.row)), signs),
        budgets: budgets)
    case .conviction:
      weights = []
      sizeByConviction(
        active.indices.map { (active[$0].line, active[$0].row, signs[$0]) }, settings)
    }
    for entry in active {
      lines[entry.line].regimeMultiplier = input.assets[entry.line].sizeMultiplier
    }
    if settings.method != .conviction {
      for (k, entry) in active.enumerated() { lines[entry.line].budget = budgets[k] / total }
      scale(
        active.indices.map { (active[$0].line, active[$0].row, signs[$0] * weights[$0]) },
        settings, limits)
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
