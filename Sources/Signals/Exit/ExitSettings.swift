public import Market

/// When a position is closed: group `exit` of the portfolio file. Nil switches a rule off.
///
/// Rules are asked at closes in the order in which they stand here; the first that closes the whole
/// position wins; parts add up where none does (`ExitCheck`).
/// A number may differ by the state at entry: `settings[.stop] = .byState([0.01, 0.02, nil])`.
public struct ExitSettings: Sendable, Equatable {
  /// The size of an opposite forecast that closes a position.
  public enum Reversal: Sendable, Equatable {
    /// The thresholds of entry, by timeframe where they differ.
    case entry
    case threshold(EntrySettings.Threshold)
  }

  /// A gain at which a part of the position is closed.
  public struct ATRTarget: Sendable, Equatable {
    /// Average true ranges at entry above the fill price.
    public var ranges: Double
    /// The share of what was entered.
    public var share: Double

    public init(ranges: Double, share: Double) {
      self.ranges = ranges
      self.share = share
    }
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
  /// Gains at which a part is closed each, ascending; none by default. Shares sum to at most 1.
  public var atrTargets: [ATRTarget] = []
  /// Loss below the fill price at which the position is stopped.
  public var stop: Double?
  /// Fall from the best close since the fill (the fill price to begin with).
  public var trailing: Double?
  /// Gain of the best close from which the trailing stop counts; nil: from the start.
  public var trailingAfter: Double?
  /// Loss below the fill price, in average true ranges as they were at entry.
  public var atrStop: Double?
  /// The timeframe whose ranges `atrStop` counts; nil is the primary.
  public var atrTimeframe: Timeframe?
  /// Loss below the fill price, as a fraction, in forecast standard deviations of one primary bar as
  /// they were at entry.
  public var sigmaStop: Double?
  /// Fall from the best close in average true ranges; the level never moves away from the price.
  public var atrTrailing: Double?
  /// Gain of the best close, in average true ranges at entry, from which the trailing level is at
  /// least the fill price.
  public var breakeven: Double?
  /// Where breakeven stands beyond the fill price, in average true ranges at entry.
  public var breakevenOffset = 0.0
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
  /// Leave when the fast average of closes crosses the slow one against the position.
  public var averages: AveragePair?
  /// Leave where the price has gone far in the position's direction.
  public var extremes = PriceExtremes(need: .any)
  /// Leave where a level of support or resistance is lost.
  public var breaks = LevelBreaks()
  /// Bars of the average true range.
  public var atrPeriod = 14
  /// What tells states apart where numbers differ by state.
  public var by = StateSource.regime
  /// Numbers that differ by the state at entry, in place of the plain ones.
  public var byState: [Level: [Double?]] = [:]
  /// A user's own rules, asked after the built-in ones.
  public var own = OwnExitRules()

  public init() {}

  public var isOff: Bool {
    target == nil && stop == nil && trailing == nil && atrStop == nil && sigmaStop == nil
      && atrTrailing == nil && breakeven == nil && maxBars == nil && regimeChange == nil
      && reversal == nil && lowConfidence == nil && atrTargets.isEmpty && averages == nil
      && extremes.isOff && breaks.isOff && byState.isEmpty && own.rules.isEmpty
  }
}
