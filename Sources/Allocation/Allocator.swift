#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Decides target weights: sizing, volatility target, regime, tilt, limits on weights, on how spread
/// risk is and on how much of it, no-trade band, liquidity, turnover, lots, in this order, each with
/// its reason. Every limit is then re-checked on the targets. What cannot be traded, since its price is
/// stale, stays as it is through all of them.
///
/// A pure function of its input: the same input gives the same bits, and the order in which the
/// symbols are given changes nothing.
public struct Allocator: Sendable, Equatable {
  public let settings: AllocationSettings
  public let limits: LimitSettings

  /// - Throws: `AllocationError.invalidSetting`.
  public init(
    settings: AllocationSettings = AllocationSettings(), limits: LimitSettings = LimitSettings()
  ) throws(AllocationError) {
    try settings.validate()
    try limits.validate()
    self.settings = settings
    self.limits = limits
  }

  /// The weights of one decision.
  ///
  /// - Throws: `AllocationError.riskBudgetNotReached`, and `projectionNotReached` or `limitNotKept`
  ///   where arithmetic failed; every other case has a defined outcome, which the lines explain.
  public func decide(_ input: AllocationInput) throws(AllocationError) -> AllocationDecision {
    var draft = AllocationDraft(input, minimumObservations: settings.minimumObservations)
    switch settings.mode {
    case .priorTilt: try draft.applyPriorTilt(settings, limits)
    case .inOut: try draft.applyInOut(settings, limits)
    }
    draft.applyPartialExits()
    draft.holdStuck()
    let rows = limits.sumLimits(on: input.assets.map(\.symbol), input.covariance)
    let units = try input.tradeUnits(limits.trading)
    let unlimited = limits.diversification.isOff ? nil : draft
    #if PLANTED_DEFECTS
      var applied = limits
      if PlantedDefect.limitIgnored.isPlanted { applied.perSymbol = nil }
      try draft.applyLimits(applied, rows)
    #else
      try draft.applyLimits(limits, rows)
    #endif
    if let unlimited { try draft.applyDiversification(limits, rows, before: unlimited) }
    draft.applyVolatility(limits)
    let check = RiskCheck(limits, input)
    NoTradeBand(band: settings.band, limits: limits, rows: rows, check: check)
      .apply(to: &draft.lines)
    if limits.trading.liquidity != nil {
      try draft.applyLiquidity(
        LiquidityLimit(limits: limits, rows: rows, covariance: input.covariance, units: units))
    }
    if let turnover = limits.turnover {
      try draft.applyTurnover(
        TurnoverLimit(limit: turnover, limits: limits, rows: rows, check: check))
    }
    if !TradeRounding.isOff(units) { draft.applyRounding(limits, rows, units) }
    try draft.recheck(limits, rows, units)
    return draft.decision()
  }
}
