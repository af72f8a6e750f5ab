import Kernels
import Market
import PortfolioFile
import Report
import Research
import SignalGraph
import Store

/// What a run is a function of, as names and values. Their hash is its key: equal inputs, equal key,
/// whatever the portfolio's file is called.
enum RunInputs {
  static var versions: [BacktestReport.Entry] {
    [
      BacktestReport.Entry("software", softwareVersion),
      BacktestReport.Entry("numerics", String(numericsVersion)),
    ]
  }

  /// The bars that were given, symbols on the primary timeframe first, by their digests as of a time.
  /// What follows from those has no entry.
  static func bars(_ history: MarketHistory, until end: Timestamp) -> [BacktestReport.Entry] {
    let primary = history.symbols.map { NodeKey($0, history.primary) }
    let others = history.keys.filter { key in
      key.timeframe != history.primary
        && (history.given.contains(key) || !history.extras(key).isEmpty)
    }
    return (primary + others).map { key in
      BacktestReport.Entry(
        "bars \(key)", history.digest(key, at: end), detail: span(history.series(key), until: end))
    }
  }

  /// `26 304 bars, 2015-01-01T00:00Z to 2018-01-01T00:00Z`, from the first one's open to the last one's
  /// close.
  static func span(_ bars: BarSeries, until end: Timestamp) -> String {
    let known = bars.countKnown(at: end)
    guard known > 0 else { return "no bars" }
    return "\(NumberFormat.terminal.count(known)) bars, \(bars.times[0]) to "
      + "\(bars.knownAt(known - 1))"
  }

  static func settings(_ resolved: ResolvedPortfolio) -> [BacktestReport.Entry] {
    // The first line names the file.
    resolved.effectiveYAML().split(separator: "\n").dropFirst().map {
      BacktestReport.Entry("setting", withoutOrigin($0))
    }
  }

  /// A line of settings without the origin of its value, which changes nothing in the run: all after the last
  /// `#`, for a symbol may hold one. A line that opens a group ends with a colon and names no origin.
  private static func withoutOrigin(_ line: Substring) -> String {
    guard line.last != ":", let mark = line.lastIndex(of: "#") else { return String(line) }
    return String(line[..<mark])
  }

  /// The hash by which a trial is told from another of the same symbols. Keys that have no effect on it where
  /// nobody sets them are left out, so that a version with more keys counts the same trials.
  /// - Parameters:
  ///   - columns: what was read of the user's own.
  ///   - part: what an ablation takes out.
  static func tried(
    _ resolved: ResolvedPortfolio, _ columns: TrialColumns?, without part: String? = nil
  ) -> String {
    var entries = resolved.ownSettings.map { BacktestReport.Entry($0.key, $0.text) }
    if let columns { entries.append(BacktestReport.Entry("columns", columns.origin)) }
    if let part { entries.append(BacktestReport.Entry("without", part)) }
    return key(entries)
  }

  /// What a trial says of the user's columns that it read; nil where it read none.
  /// - Parameters:
  ///   - read: each with the node or symbol that it was read for.
  ///   - end: the trial's last time.
  static func columns(
    _ read: [(reader: String, column: ExtraColumn)], until end: Timestamp,
    in database: BarDatabase
  ) throws -> TrialColumns? {
    guard !read.isEmpty else { return nil }
    return try database.trialColumns(until: end) { now in
      key(read.map { BacktestReport.Entry($0.reader, $0.column.digest(at: now)) })
    }
  }

  /// Over names and values; details follow from those.
  static func key(_ inputs: [BacktestReport.Entry]) -> String {
    var sha = SHA256()
    for entry in inputs {
      sha.update(entry.name)
      sha.update(entry.value)
    }
    return sha.hex()
  }
}
