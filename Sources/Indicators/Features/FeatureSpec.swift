public import Market

/// Which features a model is given, in which order.
public struct FeatureSpec: Sendable, Hashable {
  /// The version of the feature code, part of every model's id. It rises whenever a formula, a
  /// parameter or a floor in this module changes the value of any feature or observation.
  public static let version = 1

  public let columns: [FeatureColumn]

  /// The names of the features, in the order of the columns.
  public var names: [String] { columns.map(\.name) }
  public var count: Int { columns.count }
  /// The user's columns that are listed, in order.
  public var extras: [String] {
    columns.compactMap { column in
      if case .extra(let name) = column { return name }
      return nil
    }
  }

  /// The text that stands for this list in a model's id: version and names.
  public var canonical: String {
    "features/\(FeatureSpec.version):" + names.joined(separator: ",")
  }

  /// The default: everything that has a meaning on bars of that length. The time of day is left out
  /// from `1d` on, the day of the week on `1w`. Warm after 34 bars.
  public static func stationary(for timeframe: Timeframe) -> FeatureSpec {
    let features = Feature.allCases.filter { feature in
      switch feature {
      case .hourSine, .hourCosine: timeframe.isIntraday
      case .weekdaySine, .weekdayCosine: timeframe <= .d1
      default: true
      }
    }
    return FeatureSpec(columns: features.map { .stationary($0) })
  }

  /// What the original system's documentation lists: prices, volume, the log return, and TA-Lib's
  /// RSI, Bollinger bands, MACD, two EMAs, ATR, stochastic, Williams' %R, money flow and simple
  /// means of close and volume. Warm after 34 bars.
  ///
  /// Inputs are standardised, so RSI and the position within the bands stand here in their
  /// stationary form, which differs by a constant and a factor alone. Its regime confidence is left
  /// out: the network is given the probabilities themselves.
  public static let original = FeatureSpec(
    columns: [
      .plain(.open), .plain(.high), .plain(.low), .plain(.close), .plain(.volume),
      .plain(.logReturn), .stationary(.rsi), .plain(.bollingerUpper), .plain(.bollingerMiddle),
      .plain(.bollingerLower), .stationary(.bollingerPosition), .stationary(.bollingerWidth),
      .plain(.macdLine), .plain(.macdSignal), .plain(.macdDifference), .plain(.ema12),
      .plain(.ema26), .plain(.emaSpreadOfClose), .plain(.atrPrice), .plain(.stochasticK),
      .plain(.stochasticD), .plain(.williamsR), .plain(.moneyFlow), .plain(.sma),
      .plain(.volumeSMA),
    ])

  /// Takes features by name.
  ///
  /// A calendar feature that does not vary on a timeframe (`hour_sin` on `1d`) is a constant
  /// column.
  /// - Throws: `IndicatorsError` for an unknown name, a column's that no list can hold, one that is listed twice,
  ///   and an empty list.
  public init(names: [String]) throws(IndicatorsError) {
    guard !names.isEmpty else { throw .noFeatures }
    var columns: [FeatureColumn] = []
    for name in names {
      guard let column = FeatureColumn(name: name) else {
        guard !name.hasPrefix(FeatureColumn.extraPrefix) else { throw .badColumnName(name: name) }
        throw .unknownFeature(name: name, nearest: FeatureSpec.nearestName(to: name))
      }
      guard !columns.contains(column) else { throw .duplicateFeature(name: name) }
      columns.append(column)
    }
    self.columns = columns
  }

  private init(columns: [FeatureColumn]) {
    self.columns = columns
  }

  /// The valid name that is spelled most like `name`, capitals aside; of equals the first.
  private static func nearestName(to name: String) -> String {
    var best = (name: Feature.return1.rawValue, distance: Int.max)
    for candidate in FeatureColumn.names {
      let distance = spellingDistance(name.lowercased(), candidate)
      if distance < best.distance { best = (candidate, distance) }
    }
    return best.name
  }
}
