/// A JSON text in the making: keys sorted, numbers as the shortest text that reads back as the same
/// bits, and null where a number does not exist. The same value always gives the same bytes.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// A number, or null when it is nil, NaN or infinite.
  public static func number(_ value: Double?) -> JSONValue {
    value.map { .number($0) } ?? .null
  }

  /// A whole number.
  public static func integer(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// A text, or null.
  public static func string(_ value: String?) -> JSONValue {
    value.map { .string($0) } ?? .null
  }

  /// `[low, high]`, or null.
  public static func interval(_ range: ClosedRange<Double>?) -> JSONValue {
    range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
  }

  /// An array of numbers.
  public static func numbers(_ values: some Sequence<Double>) -> JSONValue {
    .array(values.map { .number($0) })
  }

  /// Returns the text: objects over several lines, arrays of plain values on one.
  public var text: String {
    var out = ""
    write(to: &out, indent: 0)
    return out + "\n"
  }

  /// Returns the text on one line, safe inside an HTML `script` element: `<`, `>` and `&` are
  /// written as escapes, so no `</script>` can end the block.
  public var embedded: String {
    var out = ""
    write(to: &out, indent: nil)
    var safe = ""
    safe.reserveCapacity(out.utf8.count)
    for scalar in out.unicodeScalars {
      switch scalar {
      case "<": safe += "\\u003c"
      case ">": safe += "\\u003e"
      case "&": safe += "\\u0026"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private func write(to out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value): out += JSONValue.shortest(value)
    case .string(let value): JSONValue.quote(value, to: &out)
    case .array(let values):
      let line = values.allSatisfy(\.isPlain) ? nil : indent
      JSONValue.list(values, "[", "]", indent: line, to: &out) { value, indent, out in
        value.write(to: &out, indent: indent)
      }
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      JSONValue.list(sorted, "{", "}", indent: indent, to: &out) { member, indent, out in
        JSONValue.quote(member.key, to: &out)
        out += indent == nil ? ":" : ": "
        member.value.write(to: &out, indent: indent)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, indent: Int?, to out: inout String,
    element: (Element, Int?, inout String) -> Void
  ) {
    out += open
    for (index, value) in elements.enumerated() {
      if index > 0 { out += "," }
      if let indent { out += "\n" + String(repeating: " ", count: indent + 2) }
      element(value, indent.map { $0 + 2 }, &out)
    }
    if let indent, !elements.isEmpty { out += "\n" + String(repeating: " ", count: indent) }
    out += close
  }

  /// Swift's description is the shortest text that reads back; whole numbers lose their `.0`.
  private static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    let text = value == 0 ? "0" : value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
