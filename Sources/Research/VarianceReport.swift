public import Allocation
public import Market
import Statistics

/// How good a run's variance forecasts were, and what sizing by them does to the portfolio.
public struct VarianceReport: Sendable, Equatable {
  /// The forecasts of one timeframe over the test windows, all symbols together.
  public struct Row: Sendable, Equatable {
    public var timeframe: Timeframe
    /// Against the EWMA variance of the same bars; nil without a bar to judge by.
    public var score: VarianceScore?
    /// Models by what they serve, of symbols x test windows.
    public var blends: Int
    public var regressions: Int
    public var benchmarks: Int

    public init(
      timeframe: Timeframe, score: VarianceScore?, blends: Int, regressions: Int, benchmarks: Int
    ) {
      self.timeframe = timeframe
      self.score = score
      self.blends = blends
      self.regressions = regressions
      self.benchmarks = benchmarks
    }
  }

  /// The same portfolio, models and costs under one `allocation.variance`.
  public struct Sizing: Sendable, Equatable {
    public var variance: AllocationSettings.Variance
    /// Whether it is the run that the report is of.
    public var isOwn: Bool
    public var volatility: Double?
    /// Standard deviation over mean of the volatility of 20 steps in a row; nil with fewer.
    public var unsteadiness: Double?
    public var turnoverPerYear: Double
    public var costPerYear: Double
    /// Net of costs.
    public var sharpe: Double?
    /// The same of one step: what it counts with as a trial.
    public var sharpePerStep: Double?
    /// That of the own run where no volatility sizes.
    public var runHash: String

    public init(
      variance: AllocationSettings.Variance, isOwn: Bool, volatility: Double?,
      unsteadiness: Double?, turnoverPerYear: Double, costPerYear: Double, sharpe: Double?,
      sharpePerStep: Double?, runHash: String
    ) {
      self.variance = variance
      self.isOwn = isOwn
      self.volatility = volatility
      self.unsteadiness = unsteadiness
      self.turnoverPerYear = turnoverPerYear
      self.costPerYear = costPerYear
      self.sharpe = sharpe
      self.sharpePerStep = sharpePerStep
      self.runHash = runHash
    }
  }

  public var rows: [Row]
  /// Where a better model was asked for than the data allowed, in words.
  public var fallbacks: [String]
  /// `ewma`, then `model`; none where there is nothing to compare.
  public var sizings: [Sizing]
  /// Why there are none.
  public var sizingNote: String?

  public init(
    rows: [Row], fallbacks: [String], sizings: [Sizing], sizingNote: String? = nil
  ) {
    self.rows = rows
    self.fallbacks = fallbacks
    self.sizings = sizings
    self.sizingNote = sizingNote
  }

  /// The one that the run is compared with, where it is another run at all.
  public var otherSizing: Sizing? {
    guard let own = sizings.first(where: \.isOwn) else { return nil }
    return sizings.first { $0.runHash != own.runHash }
  }
}
