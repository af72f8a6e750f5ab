import Market
import SignalGraph
import Store

/// The user's columns that a portfolio names, out of the database.
enum ExtraColumns {
  /// The largest size of a value whose squares can be added up.
  private static let largest = 1e100

  /// Reads the columns for one node: those of its own bars, else those of the primary bars, else of
  /// the finest bars that have them. A value is known at the close of the bar it was given for.
  static func read(
    _ names: [String], _ key: NodeKey, primary: Timeframe, known: [SeriesInfo],
    file: String, database: BarDatabase
  ) throws -> [ExtraColumn] {
    let (symbol, timeframe) = (key.symbol, key.timeframe)
    let own = known.filter { $0.symbol == symbol }
    return try names.map { name in
      let holders = own.filter { $0.extras.contains(name) }.map(\.timeframe).sorted()
      let preferred = [timeframe, primary].first { holders.contains($0) }
      guard let source = preferred ?? holders.first else {
        let all = Set(own.flatMap(\.extras)).sorted()
        throw Failure(
          "\(file): \(symbol) has no column '\(name)'; "
            + (all.isEmpty
              ? "its bars have none beside prices and volume"
              : "there \(all.count == 1 ? "is" : "are") \(all.joined(separator: ", "))")
            + "; ingest a file whose header names it")
      }
      var column = ExtraColumn(name: name)
      for (time, value) in try database.extra(symbol, source, name) {
        guard value.isFinite else {
          throw Failure("\(symbol) \(source) at \(time): column '\(name)' is \(value), no number")
        }
        guard value.magnitude <= largest else {
          throw Failure(
            "\(symbol) \(source) at \(time): column '\(name)' is \(value), and its square would be no"
              + " number; ingest it in a larger unit")
        }
        column.append(value, knownAt: time + source.milliseconds)
      }
      return column
    }
  }
}
