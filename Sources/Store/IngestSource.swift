import Market

/// What to ingest again to get the bars of a series back: a file, and the options that shape what is
/// read of it.
public struct IngestSource: Sendable, Equatable {
  /// Nil where no file is known that could be read again.
  public let file: String?
  /// Nil where the file's rows name their symbols.
  public let symbol: Symbol?
  public let timeframe: Timeframe
  /// Minutes that the clock of times without a zone is ahead of UTC.
  public let zoneMinutes: Int

  public init(file: String?, symbol: Symbol?, timeframe: Timeframe, zoneMinutes: Int = 0) {
    self.file = file
    self.symbol = symbol
    self.timeframe = timeframe
    self.zoneMinutes = zoneMinutes
  }

  /// The options as the database keeps them: equal bytes read with equal options give equal bars,
  /// but for those that had not closed yet.
  var options: String {
    "symbol=\(symbol?.name ?? "*") timeframe=\(timeframe) timezone=\(zoneMinutes)"
  }

  /// A row of `ingest_run`; nil if its options are none that this program writes.
  init?(file: String, options: String) {
    // A symbol may hold blanks: what comes after it is taken from the end.
    let parts = options.split(separator: " ", omittingEmptySubsequences: false)
    let symbol = parts.dropLast(2).joined(separator: " ")
    guard parts.count >= 3, symbol.hasPrefix("symbol="),
      parts[parts.count - 2].hasPrefix("timeframe="), parts[parts.count - 1].hasPrefix("timezone="),
      let timeframe = Timeframe(parts[parts.count - 2].dropFirst("timeframe=".count)),
      let zoneMinutes = Int(parts[parts.count - 1].dropFirst("timezone=".count))
    else { return nil }
    let name = String(symbol.dropFirst("symbol=".count))
    self.init(
      file: SeriesFileName.isStream(file) ? nil : file, symbol: name == "*" ? nil : Symbol(name),
      timeframe: timeframe, zoneMinutes: zoneMinutes)
  }

  /// The command that ingests it, as one types it into a shell.
  func command(database: String) -> String {
    var words = ["regimefolio ingest", file?.shellWord ?? "FILE"]
    if let symbol { words.append("--symbol \(symbol.name.shellWord)") }
    words.append("--timeframe \(timeframe)")
    if zoneMinutes != 0 { words.append("--timezone \(IngestOptions.zoneText(zoneMinutes))") }
    words.append("--db \(database.shellWord)")
    return words.joined(separator: " ")
  }
}
