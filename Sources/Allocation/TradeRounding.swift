import Market

/// Makes orders that a market takes of targets that are any number: the last stage.
///
/// 1. A traded position is rounded down to whole lots, so a purchase buys at most what was wanted and
///    a sale sells at least that: no limit on sizes can be broken. A purchase of less than a lot is
///    not made.
/// 2. Rounding down one side may leave the other net, or a hedge too small for the volatility limit:
///    lots are sold until these hold. Selling more may be more than turnover or the market allow: the
///    sales that were raised most are made a lot smaller where every other limit still holds.
/// 3. Lots are given back by largest remainder, where more than half a lot was cut off and every limit
///    holds with it; together the positions never come to more than what was wanted.
/// 4. A trade that is worth less than the smallest order is not made; where another limit requires
///    it, the smallest order is.
///
/// A position may always be closed, whatever it is.
struct TradeRounding {
  /// One a line.
  let units: [TradeUnits]
  /// The limits that targets break.
  let violations: ([AllocationLine]) -> [LimitViolation]

  static func isOff(_ units: [TradeUnits]) -> Bool {
    units.allSatisfy { $0.lot == 0 && $0.least == 0 }
  }

  func apply(to lines: inout [AllocationLine]) {
    let wanted = lines.map(\.target)
    let before = broken(lines)
    for index in lines.indices { roundDown(&lines[index], units[index]) }
    repair(&lines, wanted, before)
    giveBack(&lines, wanted, before)
    for index in lines.indices { enlarge(&lines, index, before) }
    for index in lines.indices where lines[index].target != wanted[index] && units[index].lot > 0 {
      lines[index].reasons.append(.lot(units[index].lot))
    }
  }

  /// The limits that are broken, whatever by how much.
  private func broken(_ lines: [AllocationLine]) -> Set<String> {
    Set(violations(lines).map(\.subject))
  }

  private func isFree(_ lines: [AllocationLine], _ before: Set<String>) -> Bool {
    violations(lines).allSatisfy { before.contains($0.subject) || $0.isOfTrade }
  }

  private func roundDown(_ line: inout AllocationLine, _ units: TradeUnits) {
    guard units.lot > 0, line.isTraded, line.target != 0 else { return }
    let size = units.wholeLots(in: abs(line.target)) * units.lot
    let isPurchase = line.held * line.target > 0 && abs(line.target) > abs(line.held)
    line.target = size == 0 ? 0 : line.target < 0 ? -size : size
    let isSameSide = line.held * line.target > 0
    // Not a lot to trade: the position stays.
    let rounding = TradeUnits.rounding(of: size / units.lot) * units.lot
    if isSameSide, abs(size - abs(line.held)) <= rounding {
      line.target = line.held
    }
    // A purchase that rounding turned into a sale.
    if isPurchase, size < abs(line.held) { line.target = line.held }
  }

  /// Sells lots for the limits on net exposure and volatility, then keeps sales within turnover and
  /// what the markets trade.
  private func repair(
    _ lines: inout [AllocationLine], _ wanted: [Double], _ before: Set<String>
  ) {
    // Rounding cut off less than a lot a line, so as many lots suffice where lots are alike.
    for _ in 0..<(8 * lines.count) {
      let found = violations(lines).first { !before.contains($0.subject) && $0.excess != nil }
      guard let found, let sold = soldLot(lines, found) else { break }
      lines = sold
    }
    let raised = lines.indices.filter { index in
      let line = lines[index]
      return units[index].lot > 0 && line.held * wanted[index] > 0
        && abs(line.target) < abs(wanted[index]) && abs(wanted[index]) < abs(line.held)
    }.sorted { a, b in
      let first = abs(wanted[a]) - abs(lines[a].target)
      let second = abs(wanted[b]) - abs(lines[b].target)
      return first == second ? a < b : first > second
    }
    for index in raised {
      let found = violations(lines).filter { !before.contains($0.subject) }
      var other = lines
      step(&other[index], by: 1, units[index], side: wanted[index])
      if abs(other[index].target) > abs(other[index].held) {
        other[index].target = other[index].held
      }
      if LimitSettings.isBroken(
        abs(lines[index].target - lines[index].held), limit: units[index].most)
      {
        // What a market does not take comes before every other limit.
        lines = other
      } else if found.contains(where: { if case .turnover = $0 { true } else { false } }) {
        let left = violations(other).filter { !before.contains($0.subject) }
        if left.allSatisfy({ violation in found.contains { $0.subject == violation.subject } }) {
          lines = other
        }
      }
    }
  }

  /// The lines with one lot less of that with the smallest lot whose sale helps against a violation,
  /// the earlier on a tie; nil where none does.
  private func soldLot(_ lines: [AllocationLine], _ violation: LimitViolation)
    -> [AllocationLine]?
  {
    let order = lines.indices
      .filter { units[$0].lot > 0 && lines[$0].target != 0 && !lines[$0].isStuck }
      .sorted { units[$0].lot == units[$1].lot ? $0 < $1 : units[$0].lot < units[$1].lot }
    for index in order {
      var other = lines
      step(&other[index], by: -1, units[index], side: lines[index].target)
      let trade = abs(other[index].target - other[index].held)
      guard !LimitSettings.isBroken(trade, limit: units[index].most) else { continue }
      let left = violations(other).first { $0.subject == violation.subject }?.excess ?? 0
      if let excess = violation.excess, left < excess { return other }
    }
    return nil
  }

  /// - Parameter side: of what was wanted, whose sign the target has.
  private func step(
    _ line: inout AllocationLine, by lots: Double, _ units: TradeUnits, side: Double
  ) {
    let count = units.wholeLots(in: abs(line.target)) + lots
    let size = max(0, count * units.lot)
    line.target = size == 0 ? 0 : side < 0 ? -size : size
  }

  private func giveBack(
    _ lines: inout [AllocationLine], _ wanted: [Double], _ before: Set<String>
  ) {
    let limit = wanted.reduce(0) { $0 + abs($1) }
    let remainders = lines.indices.compactMap { index -> (index: Int, part: Double)? in
      let lot = units[index].lot
      guard lot > 0, wanted[index] != lines[index].held else { return nil }
      let part = (abs(wanted[index]) - abs(lines[index].target)) / lot
      return part > 0.5 && part < 1 ? (index, part) : nil
    }.sorted { $0.part == $1.part ? $0.index < $1.index : $0.part > $1.part }
    for (index, _) in remainders {
      var other = lines
      step(&other[index], by: 1, units[index], side: wanted[index])
      guard !LimitSettings.isBroken(other.reduce(0) { $0 + abs($1.target) }, limit: limit),
        isFree(other, before)
      else { continue }
      lines = other
    }
  }

  /// Leaves a trade that is too small, or makes it as large as the smallest.
  private func enlarge(
    _ lines: inout [AllocationLine], _ index: Int, _ before: Set<String>
  ) {
    let (line, own) = (lines[index], units[index])
    guard line.isTraded, line.target != 0, own.isTooSmall(abs(line.target - line.held)) else {
      return
    }
    lines[index].reasons.append(.minimumNotional(least: own.least))
    let now = broken(lines)
    lines[index].target = line.held
    guard !isFree(lines, before.union(now)) else { return }
    // Only sales are required by a limit.
    var size = max(0, abs(line.held) - own.least)
    if own.lot > 0 { size = own.wholeLots(in: size) * own.lot }
    guard !LimitSettings.isBroken(abs(line.held) - size, limit: own.most) else { return }
    lines[index].target = size == 0 ? 0 : line.held < 0 ? -size : size
  }
}

extension LimitViolation {
  /// What is broken, without by how much.
  fileprivate var subject: String {
    switch self {
    case .perSymbol(let symbol, _, _): "cap \(symbol)"
    case .sum(let limit, _, _): "\(limit)"
    case .positions: "positions"
    case .turnover: "turnover"
    case .volatility: "volatility"
    case .diversification(let measure, _, _): "\(measure)"
    case .liquidity(let symbol, _, _): "liquidity \(symbol)"
    case .lot(let symbol, _, _): "lot \(symbol)"
    case .minimumNotional(let symbol, _, _): "notional \(symbol)"
    case .pair(let first, let second, _, _): "pair \(first) \(second)"
    case .notFinite(let symbol): "number \(symbol)"
    }
  }

  /// Whether it is about what an order may be, which the stages of the rounding settle one by one.
  fileprivate var isOfTrade: Bool {
    switch self {
    case .lot, .minimumNotional: true
    default: false
    }
  }

  /// What is beyond a limit that selling may mend and rounding down may break; nil for the others.
  fileprivate var excess: Double? {
    switch self {
    case .sum(.net, let total, let limit): total - limit
    case .volatility(let value, let limit): value - limit
    default: nil
    }
  }
}
