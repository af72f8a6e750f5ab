import Market
import Yams

extension SettingKind where Value == Bool {
  static var flag: SettingKind {
    SettingKind(
      allowed: "true or false",
      read: { node throws(ValueProblem) in
        switch node.text {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw ValueProblem(found: node)
        }
      },
      write: { $0 ? "true" : "false" })
  }
}

extension SettingKind where Value == String {
  static var text: SettingKind {
    SettingKind(
      allowed: "a word",
      read: { node throws(ValueProblem) in
        guard let text = node.text, !text.isEmpty else { throw ValueProblem(found: node) }
        return text
      },
      write: YAMLText.string)
  }
}

extension SettingKind
where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the names of an enumeration.
  static var choice: SettingKind {
    let names = Value.allCases.map(\.rawValue)
    return SettingKind(
      allowed: names.count == 1 ? names[0] : "one of " + names.joined(separator: ", "),
      read: { node throws(ValueProblem) in
        guard let text = node.text else { throw ValueProblem(found: node) }
        guard let value = Value(rawValue: text) else {
          let nearest = NearestName.of(text, among: names)
          throw ValueProblem(found: node, hint: nearest.map { "did you mean '\($0)'?" })
        }
        return value
      },
      write: { $0.rawValue })
  }
}

extension SettingKind {
  /// The same, or `none`.
  static func optional<Wrapped>(_ kind: SettingKind<Wrapped>) -> SettingKind
  where Value == Wrapped? {
    SettingKind(
      allowed: kind.allowed + ", or none",
      read: { node throws(ValueProblem) in
        node.isNone ? nil : try kind.read(node)
      },
      write: { $0.map(kind.write) ?? "none" })
  }
}
