import Foundation

/// Writes numbers the same way on every machine: no locale, a fixed count of decimals, `–` for what
/// is not known.
public struct NumberFormat: Sendable {
  private let minus: String
  /// Stands between groups of three digits and before a percent sign.
  private let space: String

  /// Hyphen and plain space: every terminal has them.
  public static let terminal = NumberFormat(minus: "-", space: " ")
  /// The minus sign U+2212 and the narrow no-break space U+202F.
  public static let typographic = NumberFormat(minus: "\u{2212}", space: "\u{202F}")

  /// Stands for a value that does not exist: nil, NaN or infinite.
  public static let missing = "\u{2013}"

  /// Returns a number with `decimals` digits after the point and groups of three before it.
  ///
  /// A value that rounds to zero has no sign. Rounding is that of the C library's `%.*f`: the exact
  /// binary value, ties to even.
  public func fixed(_ value: Double?, _ decimals: Int, signed: Bool = false) -> String {
    guard let value, value.isFinite else { return NumberFormat.missing }
    let digits = String(format: "%.\(decimals)f", abs(value))
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    let sign = isZero ? "" : value < 0 ? minus : signed ? "+" : ""
    return sign + grouped(digits)
  }

  /// Returns a fraction as percent: `0.0625` is `6.3 %` at one decimal.
  public func percent(_ fraction: Double?, _ decimals: Int = 1, signed: Bool = false) -> String {
    guard let fraction, (fraction * 100).isFinite else { return NumberFormat.missing }
    return fixed(fraction * 100, decimals, signed: signed) + space + "%"
  }

  /// Returns how many steps a year has: `365`, `52.18`.
  public func periods(_ perYear: Double) -> String {
    fixed(perYear, perYear.rounded() == perYear ? 0 : 2)
  }

  /// Returns a whole number with groups of three digits: `14 000`.
  public func count(_ value: Int) -> String {
    (value < 0 ? minus : "") + grouped(String(value.magnitude))
  }

  /// Returns a count at two significant digits: `13 872` is `14 000`.
  public func roughly(_ value: Int) -> String {
    var unit = 1
    while value.magnitude / UInt(unit) >= 100 { unit *= 10 }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: unit)
    let half = unit / 2
    let away = unit > 1 && abs(rest) >= half ? (value < 0 ? -1 : 1) : 0
    return count((quotient + away) * unit)
  }

  /// Returns an interval: `[-0.12, 0.60]`.
  public func interval(_ range: ClosedRange<Double>?, _ decimals: Int, signed: Bool = false)
    -> String
  {
    guard let range else { return NumberFormat.missing }
    let low = fixed(range.lowerBound, decimals, signed: signed)
    return "[\(low),\(gap)\(fixed(range.upperBound, decimals, signed: signed))]"
  }

  /// Returns an interval of fractions in percent: `[49.8, 52.6] %`.
  public func percentInterval(_ range: ClosedRange<Double>?, _ decimals: Int = 1) -> String {
    guard let range else { return NumberFormat.missing }
    let low = fixed(range.lowerBound * 100, decimals)
    return "[\(low),\(gap)\(fixed(range.upperBound * 100, decimals))]\(space)%"
  }

  /// Between two figures of which the second is what became of the first.
  var arrow: String { space == " " ? "->" : "\u{2192}" }

  /// Between the ends of an interval: no line breaks there on a page.
  private var gap: String { space == " " ? " " : "\u{A0}" }

  /// Returns a price or a quantity with about five significant digits: `7 412.5`, `0.00012346`.
  public func significant(_ value: Double?) -> String {
    guard let value, value.isFinite else { return NumberFormat.missing }
    var decimals = 0
    var magnitude = abs(value)
    if magnitude == 0 { return "0" }
    while magnitude < 10_000, decimals < 10 {
      magnitude *= 10
      decimals += 1
    }
    return trimmed(fixed(value, decimals))
  }

  /// Returns an amount of money for an axis: `950`, `20 k`, `1.5 M`, `3 G`.
  public func short(_ value: Double) -> String {
    guard value.isFinite else { return NumberFormat.missing }
    for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where abs(value) >= unit {
      let scaled = value / unit
      // Three significant digits at most, and no zeros that say nothing.
      let decimals = abs(scaled) >= 100 ? 0 : abs(scaled) >= 10 ? 1 : 2
      return trimmed(fixed(scaled, decimals)) + space + name
    }
    return trimmed(fixed(value, abs(value) >= 100 ? 0 : 2))
  }

  private func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Puts the space between groups of three digits, from five digits on.
  private func grouped(_ digits: String) -> String {
    let whole = digits.prefix { $0 != "." }
    guard whole.count > 4 else { return digits }
    var out = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) { out += space }
      out.append(digit)
    }
    return out + digits.dropFirst(whole.count)
  }
}
