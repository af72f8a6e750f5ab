import Kernels
public import Market

extension LimitSettings {
  /// Re-checks every limit on final weights: empty when all hold.
  ///
  /// - Parameters:
  ///   - weights: signed fractions of equity, in any order. They are summed in the order of their
  ///     symbols.
  ///   - held: the weights before the decision, 0 for a symbol that is not named; nil leaves the
  ///     turnover unchecked.
  ///   - covariance: the estimate of the decision; nil leaves clusters, pairs and risk unchecked.
  ///   - periodsPerYear: bars of the covariance in a year; nil leaves the volatility unchecked.
  ///   - units: what may be traded, by symbol; nil leaves lots and liquidity unchecked.
  public func violations(
    of weights: [(symbol: Symbol, weight: Double)], held: [Symbol: Double]? = nil,
    covariance: CovarianceEstimate? = nil, periodsPerYear: Double? = nil,
    units: [Symbol: TradeUnits]? = nil
  ) -> [LimitViolation] {
    violations(
      of: weights, held: held, covariance: covariance, periodsPerYear: periodsPerYear,
      units: units, sums: nil)
  }

  /// - Parameter sums: the limits on sums over these weights, which are finite and sorted, as a decision
  ///   has found them; nil finds them.
  func violations(
    of weights: [(symbol: Symbol, weight: Double)], held: [Symbol: Double]?,
    covariance: CovarianceEstimate?, periodsPerYear: Double?, units: [Symbol: TradeUnits]?,
    sums: [SumLimitRow]?
  ) -> [LimitViolation] {
    let sorted = sums == nil ? weights.sorted { $0.symbol < $1.symbol } : weights
    var found: [LimitViolation] = []
    var finite: [(symbol: Symbol, weight: Double)] = []
    finite.reserveCapacity(sorted.count)
    for (symbol, weight) in sorted {
      guard weight.isFinite else {
        found.append(.notFinite(symbol))
        continue
      }
      finite.append((symbol, weight))
      if let limit = cap(on: symbol), abs(weight) > limit * (1 + LimitSettings.tolerance) {
        found.append(.perSymbol(symbol, weight: weight, limit: limit))
      }
    }
    let isFinite = finite.count == sorted.count
    let own = isFinite ? sums : nil
    for row in own ?? limitsOnSums(finite.map(\.symbol), of: sorted.count, covariance) {
      let total = row.total { finite[$0].weight }
      if row.isBroken(by: total) {
        found.append(.sum(row.limit, total: total, limit: row.bound))
      }
    }
    let count = finite.count { $0.weight != 0 }
    if let positions, count > positions { found.append(.positions(count, limit: positions)) }
    if let turnover, let held {
      var total = 0.0
      for (symbol, weight) in finite { total += abs(weight - (held[symbol] ?? 0)) }
      if LimitSettings.isBroken(total, limit: turnover) {
        found.append(.turnover(total: total, limit: turnover))
      }
    }
    if let covariance {
      found += pairViolations(of: finite, covariance)
      found += riskViolations(of: finite, covariance, periodsPerYear)
    }
    if let units, let held {
      for (symbol, weight) in finite {
        guard let own = units[symbol] else { continue }
        found += tradeViolations(of: symbol, from: held[symbol] ?? 0, to: weight, own)
      }
    }
    return found
  }

  /// - Parameter count: of all symbols: one without a finite weight still counts among those that a
  ///   cluster limit needs.
  private func limitsOnSums(
    _ symbols: [Symbol], of count: Int, _ covariance: CovarianceEstimate?
  ) -> [SumLimitRow] {
    var limits = self
    if covariance == nil || count < cluster.from { limits.cluster.max = nil }
    limits.cluster.from = 0
    return limits.sumLimits(on: symbols, covariance ?? .empty)
  }

  private func riskViolations(
    of weights: [(symbol: Symbol, weight: Double)], _ covariance: CovarianceEstimate,
    _ periodsPerYear: Double?
  ) -> [LimitViolation] {
    guard volatility != nil || !diversification.isOff else { return [] }
    let spread = covariance.spread(of: weights)
    var found: [LimitViolation] = []
    if let volatility, let periodsPerYear {
      let own = spread.volatility * periodsPerYear.squareRoot()
      if own > volatility * (1 + DiversificationLimit.tolerance) {
        found.append(.volatility(own, limit: volatility))
      }
    }
    for (measure, value, limit) in diversification.broken(by: spread) {
      found.append(.diversification(measure, value: value, limit: limit))
    }
    return found
  }

  private func tradeViolations(
    of symbol: Symbol, from held: Double, to weight: Double, _ units: TradeUnits
  ) -> [LimitViolation] {
    guard weight != held else { return [] }
    let trade = abs(weight - held)
    var found: [LimitViolation] = []
    if LimitSettings.isBroken(trade, limit: units.most) {
      found.append(.liquidity(symbol, trade: trade, limit: units.most))
    }
    if !units.isWhole(abs(weight)) {
      found.append(.lot(symbol, weight: weight, lot: units.lot))
    }
    if weight != 0, units.isTooSmall(trade) {
      found.append(.minimumNotional(symbol, trade: trade, limit: units.least))
    }
    return found
  }

  private func pairViolations(
    of weights: [(symbol: Symbol, weight: Double)], _ covariance: CovarianceEstimate
  ) -> [LimitViolation] {
    guard let hard = pair.hard else { return [] }
    var found: [LimitViolation] = []
    let held = weights.compactMap { symbol, weight in
      weight == 0
        ? nil : covariance.index(of: symbol).map { (symbol: symbol, weight: weight, row: $0) }
    }
    for (index, first) in held.enumerated() {
      for second in held[(index + 1)...] {
        let own = covariance.correlation[first.row, second.row]
        let correlation = (first.weight > 0) == (second.weight > 0) ? own : -own
        if correlation >= hard {
          found.append(
            .pair(first.symbol, second.symbol, correlation: correlation, limit: hard))
        }
      }
    }
    return found
  }
}

extension CovarianceEstimate {
  /// Of no symbols.
  static let empty = CovarianceEstimate(
    symbols: [], volatilities: [], correlation: Matrix(square: 0, []), observations: [])
}
