import Market

/// One limit on a sum, over the lines of a decision.
struct SumLimitRow {
  let limit: SumLimit
  /// The lines that count, ascending.
  let members: [Int]
  let counting: Counting
  let bound: Double

  /// What counts of a weight. A net limit is one limit on what is net long and one on what is net
  /// short; 1 is the long side, −1 the short one.
  enum Counting {
    case size
    /// The value, seen from a side.
    case net(Double)
    /// The size on one side alone.
    case side(Double)
  }

  /// What a weight adds to the sum.
  func contribution(of weight: Double) -> Double {
    switch counting {
    case .size: abs(weight)
    case .net(let side): side * weight
    case .side(let side): max(0, side * weight)
    }
  }

  /// What a unit of the size of a position with this sign adds to the sum.
  func coefficient(isShort: Bool) -> Double {
    switch counting {
    case .size: 1
    case .net(let side): isShort ? -side : side
    case .side(let side): isShort == (side < 0) ? 1 : 0
    }
  }

  func total(_ weight: (Int) -> Double) -> Double {
    var total = 0.0
    for index in members { total += contribution(of: weight(index)) }
    return total
  }

  func isBroken(by total: Double) -> Bool {
    LimitSettings.isBroken(total, limit: bound)
  }
}

extension LimitSettings {
  /// Whether a sum of weights is beyond its limit by more than rounding.
  ///
  /// Rounding is relative to the limit or, where that is small, to the weights that were summed,
  /// which are of the size of equity.
  static func isBroken(_ total: Double, limit: Double) -> Bool {
    total > limit * (1 + tolerance) && total > limit + tolerance
  }

  /// The groups and what the labels make groups of.
  var everyGroup: [GroupLimit] { groups + labels.flatMap(\.groups) }

  /// Every limit on a sum that is set: gross, net, leverage, groups by name, clusters.
  ///
  /// - Parameters:
  ///   - symbols: of the lines, sorted.
  ///   - covariance: for the clusters; a symbol that it excludes belongs to none.
  func sumLimits(on symbols: [Symbol], _ covariance: CovarianceEstimate) -> [SumLimitRow] {
    let everyone = Array(symbols.indices)
    var rows = [SumLimitRow(limit: .gross, members: everyone, counting: .size, bound: gross)]
    if let net {
      for side in [1.0, -1.0] {
        rows.append(SumLimitRow(limit: .net, members: everyone, counting: .net(side), bound: net))
      }
    }
    if let leverage {
      for (side, bound) in [(1.0, leverage), (-1.0, leverage - 1)] {
        rows.append(
          SumLimitRow(
            limit: .leverage(isShort: side < 0), members: everyone, counting: .side(side),
            bound: bound))
      }
    }
    for group in everyGroup.sorted(by: { $0.name < $1.name }) {
      rows.append(
        SumLimitRow(
          limit: .group(group.name),
          members: everyone.filter { group.symbols.contains(symbols[$0]) },
          counting: .size, bound: group.max))
    }
    guard let most = cluster.max, symbols.count >= cluster.from else { return rows }
    for members in clusters(of: symbols, covariance) {
      rows.append(
        SumLimitRow(
          limit: .cluster(members.map { symbols[$0] }), members: members, counting: .size,
          bound: most))
    }
    return rows
  }

  /// The lines of each cluster of two symbols or more.
  private func clusters(of symbols: [Symbol], _ covariance: CovarianceEstimate) -> [[Int]] {
    let measured = covariance.rows(of: symbols).enumerated().compactMap { line, row in
      row.map { (line: line, row: $0) }
    }
    let correlation = covariance.correlation(of: measured.map(\.row))
    return correlationClusters(correlation, atLeast: cluster.rho, ofAtLeast: 2).map { cluster in
      cluster.map { measured[$0].line }
    }
  }
}
