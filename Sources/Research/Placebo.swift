import Statistics

/// Whether the timing of the overlays' sizes was worth anything.
///
/// The same size multipliers are shifted in time, circularly and for all symbols and overlays together,
/// and the run is repeated with each shift: sizes and their persistence stay, exposure and turnover nearly,
/// only the timing is lost. A run whose overlays time well stands above its placebos.
public struct Placebo: Sendable, Equatable {
  /// What scales sizes in time whatever the account has earned, by its key in the portfolio file.
  public enum Overlay: String, Sendable, CaseIterable {
    case regimes = "regime.size"
    case entry = "entry.size"
    case trend = "allocation.trend"
  }

  /// What a run made of one path of multipliers.
  public struct Figures: Sendable, Equatable {
    public var sharpe: Double?
    public var compoundAnnualGrowthRate: Double?
    /// Below 0.
    public var maximumDrawdown: Double?
    /// Mean gross exposure.
    public var exposure: Double

    public init(
      sharpe: Double?, compoundAnnualGrowthRate: Double?, maximumDrawdown: Double?,
      exposure: Double
    ) {
      self.sharpe = sharpe
      self.compoundAnnualGrowthRate = compoundAnnualGrowthRate
      self.maximumDrawdown = maximumDrawdown
      self.exposure = exposure
    }
  }

  /// One repetition.
  public struct Shift: Sendable, Equatable {
    /// By how many decisions the multipliers come late.
    public var decisions: Int
    public var figures: Figures

    public init(decisions: Int, figures: Figures) {
      self.decisions = decisions
      self.figures = figures
    }
  }

  /// Where the run stands among its placebos in one figure, more being better.
  public struct Standing: Sendable, Equatable {
    public let own: Double
    /// Median and the 5 % and 95 % quantiles of the placebos.
    public let median: Double
    public let low: Double
    public let high: Double
    /// Placebos that are below the run, and all that have a value.
    public let below: Int
    public let count: Int
    /// `(1 + #{placebo ≥ own}) / (1 + n)`: how often a shift does as well.
    public let pValue: Double
    /// `(1 + #{placebo ≤ own}) / (1 + n)`: how often a shift does as badly.
    public let pValueOfHarm: Double
  }

  /// Decisions of the run, the length of the path.
  public var decisions: Int
  /// Those whose sizes change in the run, which are shifted.
  public var overlays: [Overlay]
  /// Whether the drawdown throttle may scale sizes too. It follows the equity of each run, the placebos'
  /// included, so that there is no path of it to shift.
  public var isThrottled: Bool
  public var own: Figures
  /// In order of the shifts; empty where there is no overlay to test: sizes that never change, or a
  /// single decision.
  public var shifts: [Shift]

  public init(
    decisions: Int, overlays: [Overlay], isThrottled: Bool = false, own: Figures, shifts: [Shift]
  ) {
    self.decisions = decisions
    self.overlays = overlays
    self.isThrottled = isThrottled
    self.own = own
    self.shifts = shifts
  }

  /// Whether the sizes of any overlay change at all.
  public var hasOverlay: Bool { !shifts.isEmpty }

  /// Nil where the run or every placebo lacks the figure.
  public func standing(_ figure: (Figures) -> Double?) -> Standing? {
    let values = shifts.compactMap { figure($0.figures) }.sorted()
    guard let own = figure(own), !values.isEmpty else { return nil }
    return Standing(
      own: own, median: quantile(sorted: values, 0.5), low: quantile(sorted: values, 0.05),
      high: quantile(sorted: values, 0.95), below: values.count { $0 < own }, count: values.count,
      pValue: Double(1 + values.count { $0 >= own }) / Double(1 + values.count),
      pValueOfHarm: Double(1 + values.count { $0 <= own }) / Double(1 + values.count))
  }
}
