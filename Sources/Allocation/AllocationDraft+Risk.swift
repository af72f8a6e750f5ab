import Kernels

/// The limits on what the weights risk: how spread it is, and how much.
extension AllocationDraft {
  /// Cuts positions until their risk is as spread as it must be, by as little as that takes.
  ///
  /// - Parameter before: the draft before any limit, to find what stands against a limit that cannot
  ///   be reached.
  mutating func applyDiversification(
    _ limits: LimitSettings, _ rows: [SumLimitRow], before: AllocationDraft
  ) throws(AllocationError) {
    guard let spreading = RiskSpreading(self, limits.diversification, rows),
      let outcome = spreading.least()
    else { return }
    let wanted = spreading.spread(spreading.wanted)
    // Within what is cut to, so that whatever is cut, or is out of reach, is said.
    let rounding = DiversificationLimit.rounding
    if !outcome.isReached {
      let reached = spreading.spread(outcome.sizes)
      for (measure, best, _) in limits.diversification.broken(by: reached, within: rounding) {
        conflicts.append(
          LimitConflict(
            measure: measure, best: best, with: try before.conflicting(with: measure, limits),
            isOfStuck: reachesWithoutStuck(limits.diversification)))
      }
    }
    for (measure, value, limit) in limits.diversification.broken(by: wanted, within: rounding) {
      bound.append(
        .diversification(measure, wanted: value, limit: limit, theta: outcome.theta))
    }
    for (k, index) in spreading.lines.enumerated() where outcome.sizes[k] != spreading.wanted[k] {
      let size = outcome.sizes[k]
      lines[index].limited = size == 0 ? 0 : lines[index].limited < 0 ? -size : size
      lines[index].reasons.append(.diversification(scale: size / spreading.wanted[k]))
    }
  }

  /// Whether the positions could be cut until their risk is spread enough, were it not for what is stuck.
  private func reachesWithoutStuck(_ limit: DiversificationLimit) -> Bool {
    guard !stuck.isEmpty else { return false }
    var free = self
    for index in lines.indices where lines[index].isStuck { free.lines[index].limited = 0 }
    return RiskSpreading(free, limit, [])?.least()?.isReached ?? true
  }

  /// The smallest set of other limits that keeps a measure from its limit: none of them can be left
  /// out. Empty where the wanted positions alone do.
  private func conflicting(with measure: DiversificationMeasure, _ limits: LimitSettings)
    throws(AllocationError) -> [LimitName]
  {
    let own: LimitName = measure == .effectiveBets ? .effectiveBets : .averageCorrelation
    var remaining = limits
    var set: [LimitName] = []
    for name in LimitName.allCases where name != own {
      guard let fewer = remaining.without(name) else { continue }
      if try reaches(fewer) { set.append(name) } else { remaining = fewer }
    }
    return set
  }

  private func reaches(_ limits: LimitSettings) throws(AllocationError) -> Bool {
    var copy = self
    let rows = limits.sumLimits(on: input.assets.map(\.symbol), input.covariance)
    try copy.applyLimits(limits, rows)
    return RiskSpreading(copy, limits.diversification, rows)?.least()?.isReached ?? true
  }

  /// Scales all weights to the volatility that they may be expected to have.
  mutating func applyVolatility(_ limits: LimitSettings) {
    guard let limit = limits.volatility else { return }
    let volatility = yearlyVolatility { $0.limited }
    guard LimitSettings.isBroken(volatility, limit: limit) else { return }
    let free = lines.indices.filter { lines[$0].limited != 0 && !lines[$0].isStuck }
    let measured = free.compactMap { index in
      rows[index].map { (row: $0, weight: lines[index].limited) }
    }
    let scale =
      stuck.isEmpty
      ? limit / volatility
      : scaleBesideStuck(measured, varianceAtMost: limit * limit / input.periodsPerYear)
    guard scale < 1, !free.isEmpty else { return }
    bound.append(.volatility(wanted: volatility, limit: limit, scale: scale))
    for index in free {
      let weight = scale * lines[index].limited
      lines[index].limited = weight == 0 ? 0 : weight
      lines[index].reasons.append(.volatility(scale: scale))
    }
  }

  /// The yearly volatility of weights of the lines, over the symbols that have a covariance.
  func yearlyVolatility(_ weight: (AllocationLine) -> Double) -> Double {
    let spread = input.covariance.spread(of: lines.map { ($0.symbol, weight($0)) })
    return spread.volatility * input.periodsPerYear.squareRoot()
  }
}
