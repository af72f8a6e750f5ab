/// One column of a feature list.
public enum FeatureColumn: Sendable, Hashable {
  case stationary(Feature)
  case plain(PlainFeature)

  public var name: String {
    switch self {
    case .stationary(let feature): feature.rawValue
    case .plain(let feature): feature.rawValue
    }
  }

  public init?(name: String) {
    if let feature = Feature(rawValue: name) {
      self = .stationary(feature)
    } else if let feature = PlainFeature(rawValue: name) {
      self = .plain(feature)
    } else {
      return nil
    }
  }

  /// Every name that there is, the stationary ones first.
  public static let names: [String] =
    Feature.allCases.map(\.rawValue) + PlainFeature.allCases.map(\.rawValue)
}
