import Market

/// The bars of one file, sorted, each time once, grouped by symbol.
public struct CSVBars: Sendable {
  /// How many rejected rows are kept with their reasons; beyond that they are only counted.
  public static let keptRejects = 10_000

  /// The bars of one symbol in the file.
  public struct Series: Sendable {
    public let symbol: Symbol
    public let timeframe: Timeframe
    let batch: BarBatch
    let extras: [ExtraBatch]

    public var count: Int { batch.count }

    public subscript(index: Int) -> Bar {
      let bar = batch[index]
      return Bar(
        time: Timestamp(milliseconds: bar.time), open: bar.open, high: bar.high, low: bar.low,
        close: bar.close, volume: bar.volume)
    }

    /// The names of the user's columns.
    public var extraNames: [String] { extras.map(\.name) }
  }

  public let file: String
  public let sha256: String
  public let dialect: String
  /// Sorted by symbol.
  public let series: [Series]
  public let rejected: [RejectedRow]
  public let rejectedCount: Int
  public let repeated: Int
  public let notes: [String]
  /// The options that shape what is read, as `IngestSource` writes them: equal bytes and equal key
  /// give equal bars, but for those that had not closed yet.
  let key: String
}
