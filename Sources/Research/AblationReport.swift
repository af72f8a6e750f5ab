/// A portfolio's run beside runs that lack one of its parts, over the same dates, bars and models.
public struct AblationReport: Sendable {
  public struct Row: Sendable {
    public var name: String
    /// Its `sharpeAdvantage` is the Sharpe ratio of the whole less its own, paired: what the part that
    /// is missing adds. Of `onlyForecasts` that is the forecasts of all other timeframes.
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

  /// The earlier row that the row at an index is the same run as; nil where it is a run of its own. A
  /// portfolio without limits is the same without them: no further trial.
  public func twin(of index: Int) -> Row? {
    rows[..<index].first { $0.runHash == rows[index].runHash }
  }

  /// Whether the row at an index is the whole once more, so that nothing was there to be taken out.
  public func takesNothing(_ index: Int) -> Bool {
    index > 0 && rows[index].runHash == rows[0].runHash
  }

  /// Names of the rows and their returns above cash, over the same steps; without those that lost
  /// everything.
  public var variants: [(name: String, returns: [Double])] {
    rows.compactMap { row in
      row.curve.excessReturns.map { (name: row.name, returns: $0) }
    }
  }
}
