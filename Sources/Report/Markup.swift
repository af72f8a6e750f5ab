/// A piece of HTML. Text that is interpolated is escaped; only other markup goes in as it stands.
///
/// The type is the guarantee: a symbol called `<script>` cannot become an element, because there
/// is no way to put a `String` into markup without escaping, apart from `Markup(trusted:)`.
public struct Markup: Sendable, ExpressibleByStringInterpolation {
  public private(set) var text: String

  /// Takes text that is known to be well-formed markup.
  public init(trusted text: String) {
    self.text = text
  }

  public init(stringLiteral value: String) {
    text = value
  }

  public init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }
    public mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }
    public mutating func appendInterpolation(_ value: Int) { text += String(value) }
    public mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
  }

  /// Returns text with the five characters that mean something in HTML written as entities.
  ///
  /// Control characters other than tab and line feed are not allowed in HTML and become U+FFFD.
  public static func escaped(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\t", "\n": out.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": out.unicodeScalars.append("\u{FFFD}")
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  public static func + (a: Markup, b: Markup) -> Markup { Markup(trusted: a.text + b.text) }
  public static func += (a: inout Markup, b: Markup) { a.text += b.text }
}

extension Sequence where Element == Markup {
  /// Returns the pieces one after the other.
  func joined(_ separator: String = "") -> Markup {
    Markup(trusted: map(\.text).joined(separator: separator))
  }
}
