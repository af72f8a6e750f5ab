import Market

/// The name of a symbol's folder: percent-encoded, so that any symbol is one safe path component.
///
/// Letters, digits, `_`, `-` and a `.` within the name stand for themselves; every other byte of
/// the UTF-8 is `%XX`. The empty symbol is a lone `%`. Device names of other systems (`CON`, `NUL.x`)
/// get their first letter encoded, so that a folder of models can be copied anywhere.
enum SeriesFolder {
  static func name(of symbol: Symbol) -> String {
    let bytes = Array(symbol.name.utf8)
    if bytes.isEmpty { return "%" }
    let isDevice = isDeviceName(symbol.name)
    var result = ""
    for (index, byte) in bytes.enumerated() {
      let isInnerDot = byte == UInt8(ascii: ".") && index > 0 && index < bytes.count - 1
      if (isPlain(byte) || isInnerDot) && !(isDevice && index == 0) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }

  /// Returns the symbol whose folder has this name, or nil if none has.
  static func symbol(named folder: String) -> Symbol? {
    var bytes: [UInt8] = []
    var rest = folder.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard !folder.utf8.elementsEqual("%".utf8) else { break }
      guard digits.count == 2, let value = UInt8(Substring(digits), radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let name = String(validating: bytes, as: UTF8.self) else { return nil }
    let symbol = Symbol(name)
    return SeriesFolder.name(of: symbol) == folder ? symbol : nil
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      return true
    default:
      return false
    }
  }

  private static func isDeviceName(_ name: String) -> Bool {
    let stem = name.prefix { $0 != "." }.uppercased()
    if ["CON", "PRN", "AUX", "NUL"].contains(stem) { return true }
    guard stem.utf8.count == 4, stem.hasPrefix("COM") || stem.hasPrefix("LPT") else { return false }
    return ("1"..."9").contains(String(stem.suffix(1)))
  }
}
