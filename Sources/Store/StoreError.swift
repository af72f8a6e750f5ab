import Market

/// What can go wrong between the engine and its files: the database, and the tables it imports.
///
/// Each description is one line that names the file and says what to do.
public enum StoreError: Error, Equatable {
  // The database file
  case missingDatabase(path: String)
  case emptyDatabase(path: String)
  case notADatabase(path: String)
  case otherApplication(path: String)
  case newerVersion(path: String, found: Int, known: Int)
  case olderVersion(path: String, found: Int, known: Int)
  case truncated(path: String, bytes: Int64, expected: Int64)
  case corrupt(path: String, detail: String)
  case cannotOpen(path: String, detail: String)
  case readOnly(path: String)
  case pendingChanges(path: String)
  case busy(path: String)
  case diskFull(path: String)
  case sqlite(path: String, detail: String)

  // What is in it
  case unknownSeries(path: String, symbol: Symbol, timeframe: Timeframe, known: [String])
  case unknownTimeframe(path: String, symbol: Symbol, name: String)
  case damagedBars(
    path: String, symbol: Symbol, timeframe: Timeframe, month: Month, source: IngestSource)
  case stillDamaged(
    path: String, symbol: Symbol, timeframe: Timeframe, month: Month, source: IngestSource)
  case runDiffers(key: String, stored: String, found: String)
  case damagedTrial(path: String, portfolio: String, key: String)

  // A file to import or to write
  case csv(file: String, line: Int?, CSVProblem)
  case cannotWrite(path: String, detail: String)
}

/// Why a file of bars is refused as a whole.
public enum CSVProblem: Error, Equatable, Sendable {
  case unreadable(String)
  case empty
  case headerOnly
  case notText(String)
  case carriageReturns
  case lineTooLong(limit: Int)
  case noHeader(found: String)
  case missingColumns([String], found: [String])
  case duplicateColumn(String)
  case severalSymbolsInHeader([String])
  case noSymbol
  case badSymbol(String)
  case symbolOfMany(symbol: String, count: Int)
  case noTimeframe(mostFrequentStep: Int64?)
  /// Rows closer together than their timeframe: most of the file's, or those of one symbol in it.
  case finerThanTimeframe(Symbol?, step: Int64, Timeframe)
  /// Rows further apart than their timeframe: those of one symbol where the file has several, those of a
  /// stretch where it is not all of them.
  case coarserThanTimeframe(Symbol?, RowStretch?, step: Timeframe, Timeframe)
  case noUsableRow(first: RejectReason, rejected: Int)
  case rejected(RejectReason)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingDatabase(let path):
      "\(path): no such database; make it with `regimefolio ingest FILES...`"
    case .emptyDatabase(let path):
      "\(path): is empty (0 bytes); delete it and ingest again, or restore a backup"
    case .notADatabase(let path):
      "\(path): is not an SQLite database; name another file with --db"
    case .otherApplication(let path):
      "\(path): is the database of another program; name another file with --db"
    case .newerVersion(let path, let found, let known):
      "\(path): has schema version \(found), this program knows up to \(known); update regimefolio"
    case .olderVersion(let path, let found, let known):
      "\(path): has schema version \(found), reading needs \(known); bring it up to date with a "
        + "command that writes to it, such as `regimefolio ingest`"
    case .truncated(let path, let bytes, let expected):
      "\(path): is cut off at \(bytes) of \(expected) bytes; restore a backup, "
        + "or delete it and ingest again"
    case .corrupt(let path, let detail):
      "\(path): is damaged (\(detail)); restore a backup, or delete it and ingest again"
    case .cannotOpen(let path, let detail):
      "\(path): cannot be opened (\(detail)); check the folder and its permissions"
    case .readOnly(let path):
      "\(path): is read-only; make it and its folder writable, or name another file with --db"
    case .pendingChanges(let path):
      "\(path): has changes in \(path)-wal that a read-only folder does not let merge; "
        + "open it once where it can be written, or copy both files to such a folder"
    case .busy(let path):
      "\(path): another process has kept it locked for 30 s; try again when that is done"
    case .diskFull(let path):
      "\(path): the disk is full; nothing was changed; free some space and repeat"
    case .sqlite(let path, let detail):
      "\(path): \(detail); run `regimefolio data check`"
    case .unknownSeries(let path, let symbol, let timeframe, let known):
      "\(path): no bars of \(symbol) \(timeframe); "
        + (known.isEmpty
          ? "it holds none yet: run `regimefolio ingest FILES...`"
          : "it holds \(known.prefix(12).joined(separator: ", "))"
            + (known.count > 12 ? " and \(known.count - 12) more" : "")
            + "; ingest them with `regimefolio ingest FILE --symbol \(symbol.name.shellWord)`")
    case .unknownTimeframe(let path, let symbol, let name):
      "\(path): \(symbol) has a series of timeframe \(name), which this program does not know; "
        + "update regimefolio"
    case .damagedBars(let path, let symbol, let timeframe, let month, let source):
      "\(path): the bars of \(symbol) \(timeframe) in \(month) are not the ones that were ingested "
        + "(a damaged disk, or a change by another program); mend it: "
        + "`\(source.command(database: path))`"
    case .stillDamaged(let path, let symbol, let timeframe, let month, let source):
      "\(path): the bars of \(symbol) \(timeframe) in \(month) are damaged and this file does not "
        + "hold all of them; first run "
        + "`\(source.command(database: path))`"
        + (source.file == nil ? " with a file of just that month's bars, or restore a backup" : "")
    case .runDiffers(let key, let stored, let found):
      "run \(key.prefix(12)): the same inputs gave the run hash \(found.prefix(12)), stored is "
        + "\(stored.prefix(12)): this program computes something else than the one that stored it; "
        + "use that version, or start another database with --db"
    case .damagedTrial(let path, let portfolio, let key):
      "\(path): what trial \(key.prefix(12)) of \(portfolio) was measured on is damaged, so that trials "
        + "cannot be counted; repeat that run with the settings, bars and program it had, or restore a "
        + "backup"
    case .csv(let file, nil, let problem):
      "\(file): \(problem)"
    case .csv(let file, let line?, let problem):
      "\(file):\(line): \(problem)"
    case .cannotWrite(let path, let detail):
      "\(path): cannot be written (\(detail)); check the folder, its permissions and free space"
    }
  }
}

extension CSVProblem: CustomStringConvertible {
  private static let example = "for example `time,open,high,low,close,volume`"

  public var description: String {
    switch self {
    case .unreadable(let detail): "cannot be read (\(detail)); check its name and permissions"
    case .empty: "is empty; a header line and rows of bars are needed, \(CSVProblem.example)"
    case .headerOnly: "has a header and no rows; nothing was ingested"
    case .notText(let detail): "is not UTF-8 text (\(detail)); save it as UTF-8 CSV"
    case .carriageReturns:
      "its lines end with carriage returns alone; convert it, for example with `tr '\\r' '\\n'`"
    case .lineTooLong(let limit): "the line is longer than \(limit) bytes; is this a CSV file?"
    case .noHeader(let found):
      "the first line is no header (`\(found)`); put one above it that names the columns, "
        + CSVProblem.example
    case .missingColumns(let names, let found):
      "the header names no column \(names.joined(separator: ", ")) "
        + "(it has \(found.joined(separator: ", "))); rename the columns, \(CSVProblem.example)"
    case .duplicateColumn(let name):
      "the header names `\(name)` twice; rename or remove one of the columns"
    case .severalSymbolsInHeader(let names):
      "the header holds the columns of several symbols (\(names.joined(separator: ", "))); "
        + "write one file a symbol, or one row a symbol with a column `symbol`"
    case .noSymbol:
      "the symbol is in neither the file's name nor a column; say it with --symbol"
    case .badSymbol(let text):
      "`\(text)` is no symbol (1 to 64 bytes, no control characters, no space at either end)"
    case .symbolOfMany(let symbol, let count):
      "holds \(count) symbols in its symbol column; --symbol \(symbol) can name only one: leave "
        + "it out"
    case .noTimeframe(let step?):
      "the most frequent step between its times, \(step / 1000) s, is no timeframe; say one with "
        + "--timeframe"
    case .noTimeframe(nil):
      "has too few rows to tell its timeframe; say it with --timeframe"
    case .finerThanTimeframe(let symbol?, let step, let timeframe):
      "its rows of \(symbol) are \(BarSteps.length(step)) apart, so they are no bars of \(timeframe) as "
        + "the others are; move them to a file of their own"
    case .finerThanTimeframe(nil, let step, let timeframe):
      "its rows are \(BarSteps.length(step)) apart, so they are no bars of \(timeframe); "
        + "name their own with --timeframe, coarser ones are made of them"
    case .coarserThanTimeframe(let symbol, let stretch, let step, let timeframe):
      "its rows\(symbol.map { " of \($0)" } ?? "")\(stretch.map { " \($0)" } ?? "") are "
        + "\(step) apart, so they are no bars of \(timeframe), which are known earlier; "
        + (symbol == nil && stretch == nil
          ? "say --timeframe \(step)" : "move them to a file of their own")
        + ", or --timeframe \(timeframe) if they are bars of it that are seldom traded"
    case .noUsableRow(let first, let rejected):
      "none of its \(rejected) rows can be used: \(first)\(first.cure.map { "; \($0)" } ?? "")"
    case .rejected(let reason): "\(reason)"
    }
  }
}
