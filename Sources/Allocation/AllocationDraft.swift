import Market

/// The lines of a decision while the stages work on them.
struct AllocationDraft {
  let input: AllocationInput
  var lines: [AllocationLine]
  /// One a line, in the covariance; nil for a symbol that was not measured.
  let rows: [Int?]
  /// The lines that may be held, with their rows in the covariance.
  let eligible: [(line: Int, row: Int)]
  var exposure = 1.0
  var grossScale = 1.0
  var priorVolatility: Double?
  var bound: [BoundLimit] = []
  var unreached: [UnreachedLimit] = []
  /// Measures of diversification that no reduction brings to their limits.
  var conflicts: [LimitConflict] = []
  /// Symbols of which more was to be traded than their markets let.
  var illiquid: [Symbol] = []
  /// Whether exits and other limits take more turnover than is allowed.
  var hasRequiredTrades = false
  var stuckRisk: StuckRisk?
  var allCash: AllCashReason?

  /// Makes one line a symbol and finds which may be held.
  init(_ input: AllocationInput, minimumObservations: Int) {
    self.input = input
    var lines = input.assets.map { AllocationLine($0) }
    var eligible: [(line: Int, row: Int)] = []
    let rows = input.covariance.rows(of: input.assets.lazy.map(\.symbol))
    for index in lines.indices {
      if let reason = input.assets[index].ineligible {
        lines[index].reasons.append(.ineligible(reason))
      } else if let row = rows[index] {
        eligible.append((index, row))
      } else {
        let symbol = input.assets[index].symbol
        let known = input.covariance.excluded.first { $0.symbol == symbol }?.reason
        // A symbol that the estimate has never heard of has no history at all.
        lines[index].reasons.append(
          .ineligible(known ?? .insufficientHistory(have: 0, need: minimumObservations)))
      }
    }
    self.lines = lines
    self.rows = rows
    self.eligible = eligible
    if eligible.isEmpty { allCash = .noEligibleSymbol }
  }

  /// Scales the sizing's weights to the volatility target and by the drawdown throttle.
  ///
  /// `e = min(L, σ*/√(P w'Σw))`: exposure aims at the target and stops at the gross limit L. Where
  /// positions are stuck, the target is that of all together, and e is smaller.
  /// - Parameter sized: lines with their rows and the signed weights of the sizing, gross 1.
  mutating func scale(
    _ sized: [(line: Int, row: Int, weight: Double)], _ settings: AllocationSettings,
    _ limits: LimitSettings
  ) {
    let variance = portfolioVariance(
      weights: sized.map(\.weight), covariance: input.covariance.covariance(of: sized.map(\.row)))
    let volatility = (input.periodsPerYear * variance).squareRoot()
    priorVolatility = volatility
    exposure = limits.gross
    if let target = settings.volatilityTarget {
      // No variance at all is a complete hedge: no exposure reaches the target.
      let wanted = volatility > 0 ? target / volatility : .infinity
      exposure = min(exposure, wanted)
      let beside = roomBesideStuck(sized.map { ($0.row, exposure * $0.weight) }, target: target)
      exposure *= beside
      // Beside what is stuck the target may ask for no more than is held.
      if wanted > limits.gross, beside == 1 {
        bound.append(.exposure(wanted: wanted, limit: limits.gross))
      }
    }
    let factor = exposure * input.throttle
    for (index, _, weight) in sized {
      lines[index].prior = weight
      lines[index].scaled = factor * weight
      if exposure != 1 { lines[index].reasons.append(.volatilityTarget(scale: exposure)) }
      if input.throttle != 1 {
        lines[index].reasons.append(.drawdownThrottle(scale: input.throttle))
      }
    }
  }

  /// The finished decision, with the risk of the targets.
  func decision() -> AllocationDecision {
    var lines = lines
    var bound = bound
    // More exposure would have come to nothing where other limits say how large each position is.
    if !lines.contains(where: { $0.limited != 0 && !$0.isSizedByLimit && !$0.isStuck }) {
      bound.removeAll { if case .exposure = $0 { true } else { false } }
    }
    var measured: [(line: Int, row: Int)] = []
    var (gross, net) = (0.0, 0.0)
    for index in lines.indices {
      let target = lines[index].target
      gross += abs(target)
      net += target
      if target != 0, let row = rows[index] { measured.append((index, row)) }
    }
    let weights = measured.map { lines[$0.line].target }
    let covariance = input.covariance.covariance(of: measured.map(\.row))
    let variance = portfolioVariance(weights: weights, covariance: covariance)
    if let shares = riskContributions(weights: weights, covariance: covariance) {
      for index in lines.indices { lines[index].riskContribution = 0 }
      for (k, entry) in measured.enumerated() { lines[entry.line].riskContribution = shares[k] }
    }
    return AllocationDecision(
      lines: lines, exposure: exposure, throttle: input.throttle, grossScale: grossScale,
      priorVolatility: priorVolatility,
      portfolioVolatility: (input.periodsPerYear * variance).squareRoot(), gross: gross, net: net,
      cash: 1 - net, limitsThatBound: bound, unreached: unreached,
      allCash: gross == 0 ? allCash : nil, stuckRisk: stuckRisk)
  }
}

extension AllocationLine {
  /// Whether a limit says how large the position is, however much more of it is wanted.
  fileprivate var isSizedByLimit: Bool {
    reasons.contains {
      switch $0 {
      case .capPerSymbol, .sum, .volatility: true
      default: false
      }
    }
  }
}
