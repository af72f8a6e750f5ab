import Allocation
import Market
import Research
import Yams

/// Whether the limits fit together and name what the portfolio has.
extension Resolution {
  func checkLimits() throws(PortfolioFileError) {
    try checkGroups()
    try checkLabels()
    try checkBets()
    try checkPair()
    try checkThrottle()
    try checkFloor()
  }

  private func checkGroups() throws(PortfolioFileError) {
    for group in portfolio.limits.groups {
      for symbol in group.symbols where !portfolio.symbols.contains(symbol) {
        let nearest = NearestName.of(symbol.name, among: portfolio.symbols.map(\.name))
        throw memberPlace(group.name, symbol).error(
          "unknown symbol '\(symbol)' in group '\(group.name)' of 'limits.groups'"
            + (nearest.map { "; did you mean '\($0)'?" } ?? "; 'symbols' does not name it"))
      }
    }
  }

  /// Where a group's list names a symbol.
  private func memberPlace(_ group: String, _ symbol: Symbol) -> Place {
    guard let value = written.common["limits.groups"], case .mapping(let groups) = value.node,
      case .mapping(let members)? = groups.first(where: { $0.key.text == group })?.value,
      case .sequence(let symbols)? = members.first(where: { $0.key.text == "symbols" })?.value
    else { return place(of: "limits.groups") }
    return value.place.at(symbols.first { $0.text == symbol.name }?.mark)
  }

  private func checkLabels() throws(PortfolioFileError) {
    for label in portfolio.limits.labels {
      for value in label.values {
        for symbol in value.symbols where !portfolio.symbols.contains(symbol) {
          let nearest = NearestName.of(symbol.name, among: portfolio.symbols.map(\.name))
          throw place(of: "limits.labels").error(
            "unknown symbol '\(symbol)' in '\(value.name)' of label '\(label.name)' of"
              + " 'limits.labels'"
              + (nearest.map { "; did you mean '\($0)'?" } ?? "; 'symbols' does not name it"))
        }
      }
    }
  }

  /// So many bets need as many positions: the only limits of a file that can contradict each other,
  /// since every other limit is kept by cash.
  private func checkBets() throws(PortfolioFileError) {
    guard let bets = portfolio.limits.diversification.effectiveBets else { return }
    let least = Int(bets.rounded(.up))
    if let positions = portfolio.limits.positions, bets > Double(positions) {
      try refuse(
        ["limits.effective_bets", "limits.positions"],
        "'limits.effective_bets' (\(YAMLText.number(bets))) needs as many positions, and"
          + " 'limits.positions' allows \(positions); raise it to \(least) or ask for at most"
          + " \(positions) bets")
    }
    let count = portfolio.symbols.count
    if bets > Double(count) {
      try refuse(
        ["limits.effective_bets", "symbols"],
        "'limits.effective_bets' (\(YAMLText.number(bets))) needs as many positions, and 'symbols'"
          + " names \(count); ask for at most \(count) bets")
    }
  }

  private func checkPair() throws(PortfolioFileError) {
    guard let soft = portfolio.limits.pair.soft, let hard = portfolio.limits.pair.hard,
      soft >= hard
    else { return }
    try refuse(
      ["limits.pair.soft", "limits.pair.hard"],
      "'limits.pair.soft' (\(YAMLText.number(soft))) must be below 'limits.pair.hard'"
        + " (\(YAMLText.number(hard)))")
  }

  private func checkThrottle() throws(PortfolioFileError) {
    guard let reduce = portfolio.limits.throttle.reduce else { return }
    guard let halt = portfolio.limits.throttle.halt else {
      try refuse(
        ["limits.throttle.reduce"],
        "'limits.throttle.reduce' scales towards 'limits.throttle.halt', which is none; write it"
          + " too")
      return
    }
    guard reduce >= halt else { return }
    try refuse(
      ["limits.throttle.reduce", "limits.throttle.halt"],
      "'limits.throttle.reduce' (\(YAMLText.number(reduce))) must be below"
        + " 'limits.throttle.halt' (\(YAMLText.number(halt)))")
  }

  /// A cut down to the floor is no trade where all of it is inside the no-trade band.
  private func checkFloor() throws(PortfolioFileError) {
    let (floor, band) = (portfolio.limits.throttle.floor, portfolio.allocation.band)
    guard portfolio.limits.throttle.halt != nil, 1 - floor <= band else { return }
    try refuse(
      ["limits.throttle.floor", "allocation.band", "limits.throttle.halt"],
      "'limits.throttle.floor' (\(YAMLText.number(floor))) with 'allocation.band'"
        + " (\(YAMLText.number(band))): the throttle would never trade; lower the floor or narrow"
        + " the band")
  }
}
