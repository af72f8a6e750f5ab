/// Why a symbol's signal opens no position: the one rule that stood last in its way.
///
/// Where no forecast counts, the timeframe that came furthest tells; the cases stand in the order in
/// which a forecast passes them.
public enum EntryRefusal: Int, Sendable, CaseIterable, Comparable {
  /// No timeframe has spoken lately.
  case noSignal
  /// No timeframe has a forecast model.
  case noForecast
  /// The gate has shut the forecasts out.
  case gated
  /// No forecast is beyond its threshold.
  case belowThreshold
  /// A forecast is, but its regime is not confident enough.
  case lowConfidence
  /// The regime, or the portfolio, does not allow the forecast's side.
  case sideNotAllowed
  /// Forecasts count, but they cancel, or too few agree for the combining method.
  case conflicted
  /// Too little of the timeframes' weight confirms the side.
  case notConfirmed
  /// The primary bar's volume is too low, or not known yet.
  case lowVolume

  public static func < (a: EntryRefusal, b: EntryRefusal) -> Bool { a.rawValue < b.rawValue }
}
