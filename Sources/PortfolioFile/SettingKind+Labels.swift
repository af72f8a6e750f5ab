import Allocation
import Market
import Yams

extension SettingKind where Value == [LabelLimit] {
  /// Labels with their limits and what they say of symbols; none is an empty list.
  ///
  /// A value is a list of symbols, or a mapping with a limit of its own, as a group is.
  static var labels: SettingKind {
    let example = "{sector: {max: 0.4, tech: [AAPL, MSFT], energy: [XOM]}}"
    return SettingKind(
      allowed: "labels such as \(example), or none",
      read: { node throws(ValueProblem) in
        try NamedMembers.read(node, "label", label)
      },
      write: { labels in
        if labels.isEmpty { return "none" }
        return "{" + labels.map(text).joined(separator: ", ") + "}"
      })
  }

  private static func text(_ label: LabelLimit) -> String {
    var parts = label.max.map { ["max: \(YAMLText.number($0))"] } ?? []
    for value in label.values {
      let symbols = SettingKind<[Symbol]>.symbols.write(value.symbols)
      let name = YAMLText.string(value.name)
      parts.append(
        value.max.map { "\(name): {symbols: \(symbols), max: \(YAMLText.number($0))}" }
          ?? "\(name): \(symbols)")
    }
    return "\(YAMLText.string(label.name)): {\(parts.joined(separator: ", "))}"
  }

  private static func label(_ name: String, _: Node, _ node: Node) throws(ValueProblem)
    -> LabelLimit
  {
    guard case .mapping(let mapping) = node else {
      throw ValueProblem(
        message: "label '\(name)' has 'max' and values, not \(ValueProblem(found: node).found)",
        mark: node.mark)
    }
    var max: Double?
    var values: [LabelLimit.Value] = []
    for (key, value) in mapping {
      let word = key.text ?? ""
      guard !word.isEmpty, !values.contains(where: { $0.name == word }), word != "max" || max == nil
      else {
        throw ValueProblem(message: "'\(word)' of '\(name)' stands twice", mark: key.mark)
      }
      if word == "max" {
        max = try NamedMembers.member(name, word, .number(.above(0, to: 10)), value)
      } else if case .sequence = value {
        values.append(
          .init(name: word, symbols: try NamedMembers.member(name, word, .symbols, value)))
      } else {
        let group = try SettingKind<[GroupLimit]>.group(word, key, value)
        values.append(.init(name: word, symbols: group.symbols, max: group.max))
      }
    }
    if let open = values.first(where: { $0.max == nil }), max == nil {
      throw ValueProblem(
        message: "label '\(name)' lacks 'max', and '\(open.name)' has none of its own",
        mark: node.mark)
    }
    return LabelLimit(name: name, max: max, values: values)
  }
}
