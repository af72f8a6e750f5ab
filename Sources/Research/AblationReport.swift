import Statistics

/// A portfolio's run beside runs that lack one of its parts, over the same dates, bars and models.
public struct AblationReport: Sendable {
  public struct Row: Sendable {
    public var name: String
    /// Its `sharpeAdvantage` is the Sharpe ratio of the whole less its own, paired: what the part that
    /// is missing is worth.
    public var curve: RunCurve
    public var runHash: String

    public init(name: String, curve: RunCurve, runHash: String) {
      self.name = name
      self.curve = curve
      self.runHash = runHash
    }
  }

  /// The whole first.
  public var rows: [Row]

  public init(rows: [Row]) { self.rows = rows }

  /// Names and returns of all rows, over the same steps.
  public var variants: [(name: String, returns: [Double])] {
    rows.map { ($0.name, simpleReturns($0.curve.equity)) }
  }
}
