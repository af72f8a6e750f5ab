import Market

/// Which features a model is given, in which order.
public struct FeatureSpec: Sendable, Hashable {
  /// The version of the feature code, part of every model's id. It rises whenever a formula, a
  /// parameter or a floor in this module changes the value of any feature or observation.
  public static let version = 1

  public let features: [Feature]

  /// The names of the features, in the order of the columns.
  public var names: [String] { features.map(\.rawValue) }
  public var count: Int { features.count }

  /// The text that stands for this list in a model's id: version and names.
  public var canonical: String {
    "features/\(FeatureSpec.version):" + names.joined(separator: ",")
  }

  /// The default: everything that has a meaning on bars of that length. The time of day is left out
  /// from `1d` on, the day of the week on `1w`. Warm after 34 bars.
  public static func stationary(for timeframe: Timeframe) -> FeatureSpec {
    FeatureSpec(
      features: Feature.allCases.filter { feature in
        switch feature {
        case .hourSine, .hourCosine: timeframe.isIntraday
        case .weekdaySine, .weekdayCosine: timeframe <= .d1
        default: true
        }
      })
  }

  /// Takes features by name.
  ///
  /// A calendar feature that does not vary on a timeframe (`hour_sin` on `1d`) is a constant
  /// column.
  /// - Throws: `IndicatorsError` for an unknown name, one that is listed twice, and an empty list.
  public init(names: [String]) throws(IndicatorsError) {
    guard !names.isEmpty else { throw .noFeatures }
    var features: [Feature] = []
    for name in names {
      guard let feature = Feature(rawValue: name) else {
        throw .unknownFeature(name: name, nearest: FeatureSpec.nearestName(to: name))
      }
      guard !features.contains(feature) else { throw .duplicateFeature(name: name) }
      features.append(feature)
    }
    self.features = features
  }

  private init(features: [Feature]) {
    self.features = features
  }

  /// The valid name that is spelled most like `name`, capitals aside; of equals the first.
  private static func nearestName(to name: String) -> String {
    var best = (name: Feature.return1.rawValue, distance: Int.max)
    for feature in Feature.allCases {
      let distance = spellingDistance(name.lowercased(), feature.rawValue)
      if distance < best.distance { best = (feature.rawValue, distance) }
    }
    return best.name
  }
}
