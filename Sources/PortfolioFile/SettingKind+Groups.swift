import Allocation
import Market
import Yams

extension SettingKind where Value == [GroupLimit] {
  /// Named groups, sorted by name; none is an empty list.
  static var groups: SettingKind {
    let example = "{majors: {symbols: [BTC, ETH], max: 0.5}}"
    return SettingKind(
      allowed: "groups such as \(example), or none",
      read: { node throws(ValueProblem) in
        try NamedMembers.read(node, "group", group)
      },
      write: { groups in
        if groups.isEmpty { return "none" }
        let pairs = groups.map { group in
          "\(YAMLText.string(group.name)): {symbols: "
            + "\(SettingKind<[Symbol]>.symbols.write(group.symbols)), "
            + "max: \(YAMLText.number(group.max))}"
        }
        return "{" + pairs.joined(separator: ", ") + "}"
      })
  }

  static func group(_ name: String, _ key: Node, _ node: Node)
    throws(ValueProblem) -> GroupLimit
  {
    guard case .mapping(let mapping) = node else {
      throw ValueProblem(
        message: "group '\(name)' has 'symbols' and 'max', not \(ValueProblem(found: node).found)",
        mark: node.mark)
    }
    let most = SettingKind<Double>.number(.above(0, to: 10))
    var symbols: [Symbol]?
    var max: Double?
    for (key, value) in mapping {
      switch key.text ?? "" {
      case "symbols" where symbols == nil:
        symbols = try NamedMembers.member(name, "symbols", .symbols, value)
      case "max" where max == nil:
        max = try NamedMembers.member(name, "max", most, value)
      case let word where word == "symbols" || word == "max":
        throw ValueProblem(message: "'\(word)' of '\(name)' stands twice", mark: key.mark)
      case let word:
        let nearest = NearestName.of(word, among: ["symbols", "max"])
        throw ValueProblem(
          message: "unknown key '\(word)' in group '\(name)'; "
            + (nearest.map { "did you mean '\($0)'?" } ?? "there are symbols and max"),
          mark: key.mark)
      }
    }
    guard let symbols else {
      throw ValueProblem(message: "group '\(name)' lacks 'symbols'", mark: key.mark)
    }
    guard let max else {
      throw ValueProblem(message: "group '\(name)' lacks 'max'", mark: key.mark)
    }
    return GroupLimit(name: name, symbols: symbols, max: max)
  }
}
