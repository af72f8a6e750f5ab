/// Decimal numbers and times out of bytes, without a String in between.
enum DecimalText {
  /// Powers of ten that a double holds exactly.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The double nearest to a decimal text: `12`, `-0.5`, `.5`, `1.25e-3`. Nil if it is not one.
  ///
  /// Infinite if the number is too large for a double. Up to 2^53 with at most 22 decimals one
  /// correctly rounded operation gives the nearest double (Clinger 1990, "How to read floating
  /// point numbers accurately", the fast path); the rest goes through the standard library.
  static func double(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    var i = start
    var isNegative = false
    if i < end, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
      isNegative = bytes[i] == UInt8(ascii: "-")
      i += 1
    }
    var mantissa: UInt64 = 0
    var significant = 0
    var digits = 0
    var exponent = 0
    var isFraction = false
    scan: while i < end {
      let byte = bytes[i]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if significant > 0 || byte != UInt8(ascii: "0") { significant += 1 }
        if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(byte - UInt8(ascii: "0")) }
        if isFraction { exponent -= 1 }
      case UInt8(ascii: "."):
        if isFraction { return nil }
        isFraction = true
      default:
        break scan
      }
      i += 1
    }
    guard digits > 0 else { return nil }
    if i < end {
      guard bytes[i] | 0x20 == UInt8(ascii: "e"),
        let written = integer(bytes, i + 1, end, allowsPlus: true)
      else { return nil }
      // Beyond this every number is zero or infinite whatever its digits.
      exponent += Int(max(-100_000, min(100_000, written)))
    }
    if significant <= 19, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let power = exactPowers[abs(exponent)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return isNegative ? -value : value
    }
    return Double(text(bytes, start, end))
  }

  /// A whole number of at most 18 digits, or nil.
  static func integer(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, allowsPlus: Bool = false
  ) -> Int64? {
    var i = start
    var isNegative = false
    if i < end, bytes[i] == UInt8(ascii: "-") || (allowsPlus && bytes[i] == UInt8(ascii: "+")) {
      isNegative = bytes[i] == UInt8(ascii: "-")
      i += 1
    }
    guard i < end, end - i <= 18 else { return nil }
    var value: Int64 = 0
    while i < end {
      let digit = bytes[i] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
      i += 1
    }
    return isNegative ? -value : value
  }

  /// The bytes as a String, for messages and rare forms.
  static func text(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> String {
    var copy: [UInt8] = []
    copy.reserveCapacity(end - start)
    for i in start..<end { copy.append(bytes[i]) }
    return String(decoding: copy, as: UTF8.self)
  }

  /// Whether the text stands for a missing value: nothing, `null`, `NaN`, `NA`, `N/A`, `none`.
  static func isMissing(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start <= 4 else { return false }
    return start == end
      || ["null", "nan", "na", "n/a", "none"].contains(text(bytes, start, end).lowercased())
  }

  /// Whether the text stands for an infinite value or for not-a-number.
  static func isNotFinite(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start <= 9 else { return false }
    let word = text(bytes, start, end).lowercased().drop { $0 == "-" || $0 == "+" }
    return ["nan", "inf", "infinity"].contains(word)
  }
}
