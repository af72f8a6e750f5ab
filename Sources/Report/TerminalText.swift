/// How a piece of terminal text looks where colours are wanted.
public enum TerminalStyle: Sendable {
  case plain, strong, dim
  /// Proved better and proved worse; blue and yellow, which colour-blind readers tell apart.
  case better, worse

  private var code: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .dim: "2"
    case .better: "1;34"
    case .worse: "1;33"
    }
  }

  func applied(to text: String, useColour: Bool) -> String {
    guard useColour, let code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// Text on a grid of character cells.
public enum TerminalText {
  /// Returns text without control characters: a symbol's name must not move the cursor.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { out.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(out)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// The cells that a text takes: two for East Asian wide characters and pictographs, else one.
  static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// Returns the text, cut with `…` where it is wider than `limit`.
  static func cut(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    var out = ""
    var used = 0
    for character in text {
      let next = width(character)
      if used + next > limit - 1 { break }
      out.append(character)
      used += next
    }
    return limit > 0 ? out + "…" : ""
  }

  /// Returns the lines of a paragraph broken at spaces, the second and later ones indented.
  ///
  /// A word longer than a line is broken anywhere, and control characters are replaced.
  ///
  /// - Precondition: `limit` is at least two more than `indent`.
  public static func wrapped(_ text: String, width limit: Int, indent: Int = 0) -> [String] {
    wrapped(pieces: printable(text).split(separator: " ").map(String.init), limit, indent)
  }

  /// Returns the lines of pieces that stay whole where they fit, joined by spaces.
  static func wrapped(pieces: [String], _ limit: Int, _ indent: Int) -> [String] {
    precondition(limit > indent + 1, "a line has room for its indent")
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    var isFresh = true
    func space() -> Int { limit - width(line) }
    for piece in pieces {
      var rest = piece
      if !isFresh, width(rest) + 1 > space() {
        lines.append(line)
        line = margin
        isFresh = true
      }
      if !isFresh { line += " " }
      while width(rest) > space() {
        // Too long for a line of its own: fill this line and go on.
        var head = ""
        while let next = rest.first, width(head) + width(next) <= space() {
          head.append(next)
          rest.removeFirst()
        }
        lines.append(line + head)
        line = margin
      }
      line += rest
      isFresh = false
    }
    if !isFresh { lines.append(line) }
    return lines
  }
}
