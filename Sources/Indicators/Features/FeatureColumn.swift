/// One column of a feature list.
public enum FeatureColumn: Sendable, Hashable {
  case stationary(Feature)
  case plain(PlainFeature)
  /// A user's column of that name, as it stands in the database; in a list it is `extra.NAME`.
  case extra(String)

  static let extraPrefix = "extra."

  public var name: String {
    switch self {
    case .stationary(let feature): feature.rawValue
    case .plain(let feature): feature.rawValue
    case .extra(let name): FeatureColumn.extraPrefix + name
    }
  }

  /// A user's column may be called by letters, digits, `_`, `-` and `.`: the names of a list are
  /// joined by commas in a model's id.
  public init?(name: String) {
    if let feature = Feature(rawValue: name) {
      self = .stationary(feature)
    } else if let feature = PlainFeature(rawValue: name) {
      self = .plain(feature)
    } else if name.hasPrefix(FeatureColumn.extraPrefix) {
      let column = name.dropFirst(FeatureColumn.extraPrefix.count)
      let isPlain = column.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_-.".utf8.contains(byte)
      }
      guard isPlain, !column.isEmpty else { return nil }
      self = .extra(String(column))
    } else {
      return nil
    }
  }

  /// Every name that the program knows by itself, the stationary ones first.
  public static let names: [String] =
    Feature.allCases.map(\.rawValue) + PlainFeature.allCases.map(\.rawValue)
}
