/// Why a symbol's signal opens no position: the one rule that stood last in its way, in the words of
/// reports; a user's rule has its own.
///
/// Where no forecast counts, the timeframe that came furthest tells; the cases stand in the order in
/// which a forecast passes them.
public struct EntryRefusal: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  /// No timeframe has spoken lately.
  public static let noSignal: EntryRefusal = "no signal"
  /// No timeframe has a forecast model.
  public static let noForecast: EntryRefusal = "no forecast"
  /// The gate has shut the forecasts out.
  public static let gated: EntryRefusal = "gated"
  /// No forecast is beyond its threshold.
  public static let belowThreshold: EntryRefusal = "below threshold"
  /// A forecast is, but its regime is not confident enough.
  public static let lowConfidence: EntryRefusal = "low confidence"
  /// The regime, or the portfolio, does not allow the forecast's side.
  public static let sideNotAllowed: EntryRefusal = "side not allowed"
  /// Forecasts count, but they cancel, or too few agree for the combining method.
  public static let conflicted: EntryRefusal = "conflicted"
  /// Too little of the timeframes' weight confirms the side.
  public static let notConfirmed: EntryRefusal = "not confirmed"
  /// The primary bar's volume is too low, or not known yet.
  public static let lowVolume: EntryRefusal = "low volume"
  /// The regime of a timeframe does not allow the side, or is not known yet.
  public static let otherRegime: EntryRefusal = "regime of a timeframe"
  /// The averages stand against the side, or are not known yet.
  public static let againstAverages: EntryRefusal = "against the averages"
  /// The price has not gone far enough the other way, or that is not known yet.
  public static let notExtreme: EntryRefusal = "price not extreme"

  /// Those of the built-in rules, in the order in which a forecast passes them.
  public static let builtIn: [EntryRefusal] = [
    .noSignal, .noForecast, .gated, .belowThreshold, .lowConfidence, .sideNotAllowed, .conflicted,
    .notConfirmed, .lowVolume, .otherRegime, .againstAverages, .notExtreme,
  ]
}
