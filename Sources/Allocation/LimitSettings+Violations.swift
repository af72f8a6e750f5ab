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
  ///   - covariance: the estimate of the decision; nil leaves clusters and pairs unchecked.
  public func violations(
    of weights: [(symbol: Symbol, weight: Double)], held: [Symbol: Double]? = nil,
    covariance: CovarianceEstimate? = nil
  ) -> [LimitViolation] {
    let sorted = weights.sorted { $0.symbol < $1.symbol }
    var found: [LimitViolation] = []
    var finite: [(symbol: Symbol, weight: Double)] = []
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
    // A symbol without a finite weight still counts among those that a cluster limit needs.
    var limits = self
    if covariance == nil || sorted.count < cluster.from { limits.cluster.max = nil }
    limits.cluster.from = 0
    for row in limits.sumLimits(on: finite.map(\.symbol), covariance ?? .empty) {
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
    if let covariance { found += pairViolations(of: finite, covariance) }
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
