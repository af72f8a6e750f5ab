import Market
import Yams

/// How a value of a setting stands in the file: what is allowed, how it is read, how it is written.
///
/// Scalars are read from their text alone. What YAML's rules make of `NO`, `ON`, `1e5` or `~` plays
/// no part.
struct SettingKind<Value: Sendable>: Sendable {
  /// Completes "must be ...": `a number from 0 to 1`.
  let allowed: String
  let read: @Sendable (Node) throws(ValueProblem) -> Value
  /// The value as flow YAML on one line; `read` gives it back unchanged.
  let write: @Sendable (Value) -> String
}

/// Why a value was refused.
struct ValueProblem: Error {
  /// Completes "must be ..., not": `'wide'`, `2`, `a list`.
  var found: String
  /// The element to blame, where it is not the whole value.
  var mark: Mark?
  /// A further half-sentence: `write 0.2 for 20 %`.
  var hint: String?
  /// Stands in place of "must be ..., not ..." where that would not tell the trouble; the key is
  /// put before it.
  var message: String?

  init(found: Node, hint: String? = nil) {
    self.found = ValueProblem.describe(found)
    self.mark = found.mark
    self.hint = hint
  }

  init(message: String, mark: Mark? = nil) {
    self.found = ""
    self.mark = mark
    self.message = message
  }

  private static func describe(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      if scalar.string.isEmpty { return "empty" }
      return Double(scalar.string) == nil ? "'\(scalar.string)'" : scalar.string
    case .sequence: return "a list"
    case .mapping: return "a group of keys"
    case .alias: return "an alias"
    }
  }
}

extension Node {
  /// The text of a scalar as it was written, whatever YAML would make of it.
  var text: String? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.string
  }

  /// Whether nothing at all was written (`exit:` and no more).
  var isEmptyScalar: Bool {
    guard case .scalar(let scalar) = self else { return false }
    return scalar.string.isEmpty && scalar.style == .plain
  }

  /// `none`, or JSON's and YAML's null.
  var isNone: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain else {
      return text == "none"
    }
    return ["none", "null", "~"].contains(scalar.string)
  }
}
