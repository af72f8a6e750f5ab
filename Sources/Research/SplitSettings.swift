public import Market

/// How history is cut into training and test windows: group `split` of the portfolio file.
public struct SplitSettings: Sendable, Equatable {
  public enum WalkForward: String, Sendable, CaseIterable {
    /// Each fold trains on everything before its test window.
    case expanding
    /// Each fold trains on the last `window` before its test window.
    case rolling
    /// Each fold trains on everything from `anchor` to its test window.
    case anchored
  }

  public var walkForward = WalkForward.expanding
  /// Length of a rolling training window, in milliseconds; the others do not read it.
  public var window = 730 * Timestamp.millisecondsPerDay
  /// Where anchored training windows start. Nil: where the history does (`MarketHistory.span`). The others
  /// do not read it.
  public var anchor: Timestamp?
  /// Open of the first test window. Nil: after the first two fifths of the history.
  public var start: Timestamp?
  /// End of the last test window. Nil: the end of the data.
  public var end: Timestamp?
  /// Test windows, cut over the whole span from `start` to the end. A later end moves their borders, so
  /// that other models judge the past and all of it is made anew; `every` keeps them.
  public var folds = 6
  /// Length of the test windows in milliseconds, whole days, counted from `start`, which must be given.
  /// The last one ends with the data and grows with them; what full windows have judged stays as it is.
  /// Nil: there are `folds` of them.
  public var every: Int64?
  /// Windows over the last half of the first training window that give the gate its first evidence.
  public var innerFolds = 4
  /// Share of a training window, at its end, that stops the training early.
  public var earlyStopping = 0.1
  /// Bars dropped at every border between training, early stopping and test.
  public var embargo = 2
  /// Groups that combinatorial purged cross-validation cuts history into, beside the walk-forward. Nil:
  /// there is none. Their borders move with the end, `every` or not.
  public var cpcvGroups: Int?
  /// How many of the groups each of its trainings is tested on.
  public var cpcvTestGroups = 2

  public init() {}
}
