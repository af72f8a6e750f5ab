import Yams

/// A mapping from names that the user chooses to values of one kind.
enum NamedMembers {
  /// Reads the values in order of their names; `none` is an empty list.
  /// - Parameters:
  ///   - what: what has the name, for messages.
  ///   - read: makes a value of its name, the name's node and its own.
  static func read<Item>(
    _ node: Node, _ what: String,
    _ read: (_ name: String, _ key: Node, _ node: Node) throws(ValueProblem) -> Item
  ) throws(ValueProblem) -> [Item] {
    if node.isNone { return [] }
    guard case .mapping(let mapping) = node else { throw ValueProblem(found: node) }
    var items: [(name: String, item: Item)] = []
    for (key, value) in mapping {
      guard let name = key.text, !name.isEmpty else {
        throw ValueProblem(
          message: "a \(what)'s name must be a word, not \(ValueProblem(found: key).found)",
          mark: key.mark)
      }
      guard !items.contains(where: { $0.name == name }) else {
        throw ValueProblem(message: "'\(name)' stands twice", mark: key.mark)
      }
      items.append((name, try read(name, key, value)))
    }
    return items.sorted { $0.name < $1.name }.map(\.item)
  }

  /// Reads a member of a named value; what is wrong is said with both names.
  static func member<Value>(
    _ name: String, _ word: String, _ kind: SettingKind<Value>, _ node: Node
  ) throws(ValueProblem) -> Value {
    do throws(ValueProblem) {
      return try kind.read(node)
    } catch {
      throw ValueProblem(
        message: error.message.map { "'\(word)' of '\(name)': \($0)" }
          ?? "'\(word)' of '\(name)' must be \(kind.allowed), not \(error.found)",
        mark: error.mark ?? node.mark)
    }
  }
}
