/// Text that every YAML reader gives back as the same value.
enum YAMLText {
  /// The shortest decimal that reads back as the same bits; whole numbers without a point.
  static func number(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000_000, value.sign == .plus {
      return String(whole)
    }
    return "\(value)"
  }

  /// The string, in double quotes unless it is a plain word to every version of YAML.
  ///
  /// `NO`, `ON`, `~` and `1e5` are quoted: this reader takes them as they stand, others do not.
  static func string(_ value: String) -> String {
    isPlainWord(value) ? value : quoted(value)
  }

  private static func isPlainWord(_ value: String) -> Bool {
    guard let first = value.utf8.first, isLetter(first) else { return false }
    let rest = value.utf8.allSatisfy { byte in
      isLetter(byte) || isDigit(byte) || "_-./".utf8.contains(byte)
    }
    return rest && !wordsWithAMeaning.contains(value.lowercased())
  }

  /// Booleans, null and numbers of YAML 1.1 and 1.2, and the `none` of this file format.
  private static let wordsWithAMeaning: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "infinity",
  ]

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      default:
        // Controls, and the marks that YAML takes for line breaks or for the start of a file.
        let code = scalar.value
        let isUnsafe =
          code < 0x20 || (0x7F...0xA0).contains(code) || code == 0x2028 || code == 0x2029
          || code == 0xFEFF || (0xFFFE...0xFFFF).contains(code)
        if isUnsafe {
          let digits = String(code, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }
}
