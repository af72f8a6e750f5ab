public import Market

/// The sides that a regime allows.
public enum EntrySides: String, Sendable, CaseIterable {
  case both, long, short, none

  public func allows(long isLong: Bool) -> Bool {
    switch self {
    case .both: true
    case .long: isLong
    case .short: !isLong
    case .none: false
    }
  }
}

/// When a position may be opened: group `entry` of the portfolio file (mode `in_out`).
///
/// Thresholds, confidences and sides say which forecasts count; `rules` are asked about what these come
/// to. A position is opened where all of them agree.
public struct EntrySettings: Sendable, Equatable {
  /// The size of forecast that counts.
  public enum Threshold: Sendable, Equatable {
    /// Expected log return per primary bar.
    case logReturn(Double)
    /// Standard deviations of the node's own validation forecasts; written `0.5s`.
    case deviations(Double)
  }

  public var threshold = Threshold.deviations(0.5)
  /// Thresholds of single timeframes, in place of `threshold`.
  public var timeframeThresholds: [Timeframe: Threshold] = [:]
  /// A forecast this many thresholds large counts in full.
  public var cap = 3.0
  /// Least confidence of a timeframe's regime for its forecast to count.
  public var confidence = 0.65
  /// Confidences of single timeframes, in place of `confidence`.
  public var timeframeConfidences: [Timeframe: Double] = [:]
  /// Least share of the timeframes' weight that stands on the side to be entered; 0 asks for none.
  public var confirm = 0.0
  /// Least volume of the primary bar over the mean of its last 20; 0 asks for none.
  public var volumeRatio = 0.0
  /// A column of the user's own that opens positions in place of forecasts: above 0 a long one, below
  /// 0 a short one.
  public var signal: String?
  /// Whether short positions may be opened.
  public var short = false
  /// The sides that each state allows, in the order of the states; nil: any.
  public var sides: [EntrySides]?
  /// A further size multiplier in each state; nil: 1.
  public var size: [Double]?
  /// What tells states apart in `sides` and `size`.
  public var by = StateSource.regime
  /// The sides that the states of single timeframes allow; each timeframe named must allow the side.
  public var timeframeRegimes: [Timeframe: [EntrySides]] = [:]
  /// Averages of closes that must stand on the side to be entered.
  public var averages: AveragePair?
  /// How far the price must have gone the other way.
  public var extremes = PriceExtremes(need: .all)
  /// A forecast beyond its threshold counts for this part of its Kelly share, at most in full, in
  /// place of its distance from the threshold; nil has the distance.
  public var kelly: Double?
  /// A user's own rules, asked after the built-in ones.
  public var own = OwnEntryRules()

  public init() {}

  /// The threshold of a timeframe.
  public func threshold(of timeframe: Timeframe) -> Threshold {
    timeframeThresholds[timeframe] ?? threshold
  }

  /// The least confidence of a timeframe.
  public func confidence(of timeframe: Timeframe) -> Double {
    timeframeConfidences[timeframe] ?? confidence
  }

  /// Whether a side may be entered in `state`. A rule by state allows nothing where no state
  /// is known.
  func allows(long isLong: Bool, in state: Int?) -> Bool {
    guard isLong || short else { return false }
    guard let sides else { return true }
    guard let state, sides.indices.contains(state) else { return false }
    return sides[state].allows(long: isLong)
  }

  /// The size multiplier of a state; 1 without a rule, 0 where a rule meets no known state.
  func size(in state: Int?) -> Double {
    guard let size else { return 1 }
    guard let state, size.indices.contains(state) else { return 0 }
    return size[state]
  }
}

extension EntrySettings.Threshold {
  /// The threshold for a node's signal, as a log return per primary bar.
  /// - Parameter primaryPerBar: the primary's length over that of the signal's timeframe.
  func logReturn(for signal: NodeSignal, primaryPerBar: Double) -> Double {
    switch self {
    case .logReturn(let value): value
    case .deviations(let count):
      count * signal.forecastDeviation * signal.targetVariance.squareRoot() * primaryPerBar
    }
  }
}
