import Market

/// The last stages: what may be traded at this decision, and whether the targets keep every limit.
extension AllocationDraft {
  mutating func applyLiquidity(_ limit: LiquidityLimit) throws(AllocationError) {
    let outcome = try limit.apply(to: &lines)
    bound += outcome.bound
    illiquid = outcome.illiquid
  }

  mutating func applyTurnover(_ limit: TurnoverLimit) throws(AllocationError) {
    guard let outcome = try limit.apply(to: &lines) else { return }
    bound.append(outcome.bound)
    hasRequiredTrades = outcome.isExceeded
  }

  mutating func applyRounding(
    _ limits: LimitSettings, _ rows: [SumLimitRow], _ units: [TradeUnits]
  ) {
    let draft = self
    TradeRounding(units: units) { draft.violations(of: $0, limits, rows, units) }.apply(to: &lines)
  }

  /// - Parameter rows: the limits on sums over the lines.
  private func violations(
    of lines: [AllocationLine], _ limits: LimitSettings, _ rows: [SumLimitRow],
    _ units: [TradeUnits]
  ) -> [LimitViolation] {
    // What is not limited is not looked up.
    let areTradesFree = units.allSatisfy { $0 == TradeUnits() }
    let isHeldAsked = limits.turnover != nil || !areTradesFree
    return limits.violations(
      of: lines.map { (symbol: $0.symbol, weight: $0.target) },
      held: isHeldAsked
        ? Dictionary(uniqueKeysWithValues: lines.map { ($0.symbol, $0.held) }) : nil,
      covariance: input.covariance, periodsPerYear: input.periodsPerYear,
      units: areTradesFree
        ? nil : Dictionary(uniqueKeysWithValues: zip(lines, units).map { ($0.symbol, $1) }),
      sums: rows)
  }

  /// Re-checks every limit on the targets.
  ///
  /// - Throws: `AllocationError.limitNotKept` for a target that breaks a limit without a reason.
  mutating func recheck(
    _ limits: LimitSettings, _ rows: [SumLimitRow], _ units: [TradeUnits]
  ) throws(AllocationError) {
    for violation in violations(of: lines, limits, rows, units) {
      let isStuck = isBrokenByStuck(violation, limits, rows)
      let reason: UnreachedLimit.Reason? =
        isStuck ? .untradable(stuck.map(\.symbol)) : reason(for: violation, limits, units)
      guard let reason else { throw .limitNotKept(violation) }
      unreached.append(UnreachedLimit(violation: violation, reason: reason))
    }
  }

  /// Why the targets break a limit, or nil where nothing that was given explains it.
  private func reason(
    for violation: LimitViolation, _ limits: LimitSettings, _ units: [TradeUnits]
  ) -> UnreachedLimit.Reason? {
    if case .diversification(let measure, _, _) = violation,
      let conflict = conflicts.first(where: { $0.measure == measure })
    {
      return .diversificationUnreachable(best: conflict.best, with: conflict.with)
    }
    switch violation {
    case .notFinite, .lot, .minimumNotional, .liquidity: break
    case .turnover(let total, _): if hasRequiredTrades { return .requiredTrades(turnover: total) }
    default: if !illiquid.isEmpty { return .illiquid(illiquid) }
    }
    switch violation {
    case .sum(.net, _, _), .volatility, .diversification, .turnover, .minimumNotional:
      return TradeRounding.isOff(units) ? nil : .rounding
    case .perSymbol, .sum, .positions, .pair:
      // A sale of whole lots, or of the smallest order, may be more than the market takes.
      return TradeRounding.isOff(units) || limits.trading.liquidity == nil ? nil : .rounding
    case .lot, .liquidity, .notFinite: return nil
    }
  }
}
