import Market

/// What became of one file.
public struct IngestReport: Sendable, Equatable {
  /// The counts of one series of the file. A bar with the stored values is unchanged, one with
  /// others revises them; the old values are kept.
  public struct Series: Sendable, Equatable {
    public let symbol: Symbol
    public let timeframe: Timeframe
    public let calendar: TradingCalendar
    public let inserted: Int
    public let unchanged: Int
    public let revised: Int
    /// The same for the values of the user's columns.
    public let extras: Extras
    /// The opens of the file's first and last bar.
    public let first: Timestamp
    public let last: Timestamp
  }

  public struct Extras: Sendable, Equatable {
    public var names: [String] = []
    public var inserted = 0
    public var unchanged = 0
    public var revised = 0

    public init(names: [String] = [], inserted: Int = 0, unchanged: Int = 0, revised: Int = 0) {
      self.names = names
      self.inserted = inserted
      self.unchanged = unchanged
      self.revised = revised
    }
  }

  public let file: String
  public let sha256: String
  /// How the file was read: separator, time column and its unit, what was ignored.
  public let dialect: String
  public let series: [Series]
  /// The rows left out, in order of line: the first `CSVBars.keptRejects` of them.
  public let rejected: [RejectedRow]
  public let rejectedCount: Int
  /// Rows that repeat another row of the file with the same values.
  public let repeated: Int
  /// What the user may want to know, one sentence each.
  public let notes: [String]

  public var inserted: Int { series.reduce(0) { $0 + $1.inserted } }
  public var unchanged: Int { series.reduce(0) { $0 + $1.unchanged } }
  public var revised: Int { series.reduce(0) { $0 + $1.revised } }
}
