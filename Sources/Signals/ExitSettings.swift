/// When a position is closed: group `exit` of the portfolio file. Nil switches a rule off.
///
/// Rules are checked on closes in the order in which they stand here; the first hit wins.
public struct ExitSettings: Sendable, Equatable {
  /// The size of an opposite forecast that closes a position.
  public enum Reversal: Sendable, Equatable {
    /// The thresholds of entry, by timeframe where they differ.
    case entry
    case threshold(EntrySettings.Threshold)
  }

  /// Closes of the primary timeframe for which a position may be held.
  public enum BarLimit: Sendable, Equatable {
    case all(Int)
    /// One for each state of the sizing regime; that at entry counts.
    case byState([Int])

    /// The limit of a position that was entered in `state`; nil where that is not known.
    public func limit(enteredIn state: Int?) -> Int? {
      switch self {
      case .all(let bars): return bars
      case .byState(let bars):
        guard let state, bars.indices.contains(state) else { return nil }
        return bars[state]
      }
    }
  }

  /// Whether target, stops and trailing stops stand in the market while a bar trades, besides being
  /// checked at its close.
  public var intrabar = false
  /// Gain over the fill price at which profit is taken, as a fraction.
  public var target: Double?
  /// Loss below the fill price at which the position is stopped.
  public var stop: Double?
  /// Fall from the best close since the fill (the fill price to begin with).
  public var trailing: Double?
  /// Loss below the fill price, in average true ranges as they were at entry.
  public var atrStop: Double?
  /// Loss below the fill price, as a fraction, in forecast standard deviations of one primary bar as
  /// they were at entry.
  public var sigmaStop: Double?
  /// Fall from the best close in average true ranges; the level never moves away from the price.
  public var atrTrailing: Double?
  /// Gain of the best close, in average true ranges at entry, from which the trailing level is at
  /// least the fill price.
  public var breakeven: Double?
  /// Closes for which a position may be held, that of the fill's bar included.
  public var maxBars: BarLimit?
  /// Leave when the sizing regime's label differs from the one at entry with this confidence.
  public var regimeChange: Double?
  /// Closes in a row at which it does so.
  public var confirm = 1
  /// Leave when the timeframes' forecasts beyond this size stand against the position.
  public var reversal: Reversal?
  /// Leave when the sizing regime's confidence is below this.
  public var lowConfidence: Double?
  /// Bars of the average true range.
  public var atrPeriod = 14

  public init() {}

  public var isOff: Bool {
    target == nil && stop == nil && trailing == nil && atrStop == nil && sigmaStop == nil
      && atrTrailing == nil
      && breakeven == nil && maxBars == nil && regimeChange == nil && reversal == nil
      && lowConfidence == nil
  }
}
