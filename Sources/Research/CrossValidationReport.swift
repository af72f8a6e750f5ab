import Statistics

/// What a portfolio earned on every path of combinatorial purged cross-validation.
public struct CrossValidationReport: Sendable {
  public struct Path: Sendable {
    public var curve: RunCurve
    public var runHash: String

    public init(curve: RunCurve, runHash: String) {
      self.curve = curve
      self.runHash = runHash
    }
  }

  /// A baseline over the dates of the paths, and how many of them have a higher Sharpe ratio.
  public struct Baseline: Sendable {
    public var name: String
    public var sharpe: Double?
    public var pathsAbove: Int

    public init(name: String, sharpe: Double?, pathsAbove: Int) {
      self.name = name
      self.sharpe = sharpe
      self.pathsAbove = pathsAbove
    }
  }

  public var groups: Int
  public var testGroups: Int
  /// Trainings: one a choice of tested groups.
  public var splits: Int
  /// Bars of each timeframe dropped after a tested group beside the embargo: the forecasts' horizon.
  public var purge: Int
  public var embargo: Int
  public var paths: [Path]
  public var baselines: [Baseline]

  public init(
    groups: Int, testGroups: Int, splits: Int, purge: Int, embargo: Int, paths: [Path],
    baselines: [Baseline]
  ) {
    self.groups = groups
    self.testGroups = testGroups
    self.splits = splits
    self.purge = purge
    self.embargo = embargo
    self.paths = paths
    self.baselines = baselines
  }

  /// The Sharpe ratios of the paths that have one, ascending.
  public var sharpes: [Double] { paths.compactMap(\.curve.performance.sharpe).sorted() }

  /// Over `sharpes`; the deviation is how far paths differ and no standard error, since they share
  /// bars and models. Nil without any.
  public var mean: Double? {
    sharpes.isEmpty ? nil : sharpes.reduce(0, +) / Double(sharpes.count)
  }
  public var deviation: Double? {
    sharpes.isEmpty ? nil : Moments(sharpes).standardDeviation
  }
  public var least: Double? { sharpes.first }
  public var greatest: Double? { sharpes.last }
  public var median: Double? {
    let all = sharpes
    guard !all.isEmpty else { return nil }
    return 0.5 * (all[(all.count - 1) / 2] + all[all.count / 2])
  }
  /// Paths with a Sharpe ratio above 0.
  public var pathsAboveZero: Int { sharpes.count { $0 > 0 } }

  /// What it is, in words that every report shows.
  public static let caution =
    "Not a walk-forward: models of earlier groups have seen later bars, so no path could have been "
    + "earned. Paths share bars and models; how far they differ is no standard error."
}
