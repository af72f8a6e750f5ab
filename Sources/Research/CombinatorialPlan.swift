public import Market
public import Models
import SignalGraph
import Statistics

/// Combinatorial purged cross-validation of a portfolio (López de Prado 2018, chapter 12): history is
/// cut into groups of days, and every choice of some of them is tested once by models that were trained
/// on the others. The tests make up whole paths through history.
///
/// **It is no walk-forward.** Models of a group have seen later groups; what a path earned could not have
/// been earned. What it says is how much of a result hangs on the order in which history came.
///
/// The groups begin where a portfolio can hold something (`MarketHistory.measured`), so that paths and
/// baselines are invested over the same days; bars before them are trained on, and tested by nobody.
///
/// What a model sees ends an embargo before a tested group, as in the walk-forward, and goes on one bar
/// (the horizon of the last forecast of the group) and an embargo after it. Each choice of groups is a
/// training of its own, named by its content as all others are; none starts from another's weights.
public struct CombinatorialPlan: Sendable {
  /// One choice of groups to test.
  public struct Split: Sendable, Equatable {
    /// 0, 1, ... in lexicographic order of the groups.
    public var index: Int
    /// Ascending.
    public var groups: [Int]
    /// The path to which each of the groups belongs.
    public var paths: [Int]
    /// Names its models; from the first tested group to the last one.
    public var fold: Fold
  }

  public let splits: [Split]
  /// C(groups − 1, tested − 1): each group is tested as often.
  public let pathCount: Int
  /// The groups as test windows, and the jobs of all splits.
  public private(set) var plan: TrainingPlan
  private let settings: SplitSettings
  private let start: Timestamp

  /// The groups, in order of time.
  public var groups: [Fold] { plan.folds.outer }

  /// - Throws: `ResearchError` where a split has too little history, unless such nodes are left out.
  /// - Precondition: the portfolio's split asks for groups.
  public init(_ portfolio: Portfolio, history: MarketHistory, tables: NodeTables)
    throws(ResearchError)
  {
    let settings = portfolio.split
    guard let count = settings.cpcvGroups else {
      preconditionFailure("no cross-validation is asked for")
    }
    let span = try history.span(portfolio.onMissing)
    let end = settings.end.map { min($0, span.end) } ?? span.end
    let midnight = Timeframe.d1.slot(containing: span.start - 1) + Timestamp.millisecondsPerDay
    let first = history.measured(for: portfolio, from: midnight, until: end) ?? end
    let days = Int((end - first) / Timestamp.millisecondsPerDay)
    guard days >= count else {
      throw .tooFewDays(
        days: days, groups: count, observations: portfolio.returnsBeforeWeights)
    }
    let cut = CombinatorialPurgedSplits(
      count: days, folds: count, testFolds: settings.cpcvTestGroups)
    func time(_ day: Int) -> Timestamp { first + Int64(day) * Timestamp.millisecondsPerDay }
    // The last day belongs to the last group, whenever it ends.
    let groups = cut.folds.enumerated().map { index, days in
      Fold(
        kind: .outer, index: index, testFrom: time(days.lowerBound),
        testTo: index == count - 1 ? end : time(days.upperBound))
    }
    splits = cut.splits.enumerated().map { index, split in
      Split(
        index: index, groups: split.testFolds, paths: split.paths,
        fold: Fold(
          kind: .split, index: index, testFrom: groups[split.testFolds[0]].testFrom,
          testTo: groups[split.testFolds[split.testFolds.count - 1]].testTo))
    }
    pathCount = cut.pathCount
    self.settings = settings
    start = span.start
    plan = TrainingPlan(
      folds: FoldPlan(groups: groups, end: end, start: start, settings: settings), jobs: [],
      notes: [])
    var (jobs, notes): ([TrainingJob], [TrainingPlan.Note]) = ([], [])
    for weight in portfolio.timeframes {
      let keys = history.symbols.map { NodeKey($0, weight.timeframe) }
      for split in splits {
        let window = self.window(split, weight.timeframe)
        let found = try TrainingPlan.jobs(
          portfolio, history: history, tables: tables, keys, fold: split.fold, window: window,
          weight: weight.weight)
        jobs += found.jobs
        notes += found.notes
      }
    }
    plan = TrainingPlan(folds: plan.folds, jobs: jobs, notes: notes)
  }

  /// What the models of a split may see.
  public func window(_ split: Split, _ timeframe: Timeframe) -> TrainingWindow {
    let embargo = Int64(settings.embargo) * timeframe.milliseconds
    var shut: [Range<Timestamp>] = []
    for group in split.groups {
      // A row may be seen at `testFrom - embargo`, as at the end of a walk-forward's window.
      let range =
        groups[group].testFrom - embargo + 1..<groups[group].testTo + timeframe.milliseconds
        + embargo
      if let last = shut.last, last.upperBound >= range.lowerBound {
        shut[shut.count - 1] = last.lowerBound..<range.upperBound
      } else {
        shut.append(range)
      }
    }
    var (from, to) = (Timestamp?.none, groups[groups.count - 1].testTo)
    // What is tested at either end is outside of the window, not a hole in it; before the first group
    // there are bars unless the embargo takes them all. A row is seen after `from`, not at it.
    if shut[0].lowerBound <= start { from = shut.removeFirst().upperBound - 1 }
    if split.groups.contains(groups.count - 1), let last = shut.popLast() {
      to = last.lowerBound - 1
    }
    return TrainingWindow(
      from: from, start: start, to: to, share: settings.earlyStopping, embargo: embargo, shut: shut)
  }

  /// The models of a path: for each group those of the split that tests it on this path.
  public func models(_ path: Int, of all: FoldModels) -> FoldModels {
    var models = FoldModels()
    for split in splits {
      for (group, own) in zip(split.groups, split.paths) where own == path {
        for (key, bundle) in all.nodes(of: split.fold) {
          models.insert(bundle, key, fold: groups[group])
        }
      }
    }
    return models
  }
}
