/// Rows of text as a CSV (RFC 4180 with `\n`): a field that holds a comma, a quote or a line break stands
/// in quotes.
public struct CSVText: Sendable {
  public private(set) var text = ""

  public init(header: [String]) { add(header) }

  /// Adds a row.
  public mutating func add(_ fields: [String]) {
    text += fields.map(CSVText.field).joined(separator: ",") + "\n"
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// The shortest text that reads back as the same value; nothing for what does not exist.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\(value)"
  }
}
