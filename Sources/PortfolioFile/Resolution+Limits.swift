import Allocation
import Market
import Research
import Yams

/// Whether the limits fit together and name what the portfolio has.
extension Resolution {
  func checkLimits() throws(PortfolioFileError) {
    try checkGroups()
    try checkPair()
    try checkThrottle()
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
}
