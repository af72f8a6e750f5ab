/// The name of an instrument, as the user writes it: `BTC`, `BTC/USDT`, `^GSPC`.
///
/// Symbols order by their UTF-8 bytes, so that every sorted list is the same on every machine.
public struct Symbol: Hashable, Comparable, Sendable {
  public let name: String

  public init(_ name: String) {
    self.name = name
  }

  /// Two symbols are equal when their bytes are: the Unicode forms of `é` are different symbols.
  public static func == (a: Symbol, b: Symbol) -> Bool {
    a.name.utf8.elementsEqual(b.name.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in name.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8(0xFF))
  }

  public static func < (a: Symbol, b: Symbol) -> Bool {
    a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
  }
}

extension Symbol: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) {
    self.init(value)
  }

  public var description: String { name }
}

extension Symbol: Codable {
  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
