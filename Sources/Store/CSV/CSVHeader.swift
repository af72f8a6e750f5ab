import Market

/// The columns of a file, found by the names in its header.
struct CSVHeader: Equatable {
  struct Extra: Equatable {
    var name: String
    var column: Int
  }

  /// Where the time stands: one column, or a date and a time of day in two.
  enum TimeColumn: Equatable {
    case one(Int)
    case dateAndTime(Int, Int)
  }

  let separator: UInt8
  let names: [String]
  let time: TimeColumn
  let symbol: Int?
  let open: Int
  let high: Int
  let low: Int
  let close: Int
  /// Nil if the file has no volume at all.
  let volume: Int?
  /// `BTC` where the columns are called `BTC.open`, `BTC.close`, ...
  let prefix: String?
  /// Columns that are neither times nor prices; whether they are numbers only the rows can tell.
  let extras: [Extra]

  /// By preference: a bar's open before an unspecific time, a readable date before an epoch that
  /// often stands beside it, and a lone `time`, which may be a time of day, last.
  private static let timeNames = [
    "ts_open", "open_time", "open time", "opentime", "datetime", "timestamp", "timestamp_utc", "ts",
    "date", "unix", "time",
  ]
  private static let symbolNames = ["symbol", "ticker", "name"]
  private static let prices = ["open", "high", "low", "close"]
  /// Never the user's data: a second time, an index, a column that Binance marks as unused.
  private static let ignored: Set<String> = [
    "", "close_time", "close time", "closetime", "ignore", "index", "unnamed: 0",
  ]

  /// - Parameters:
  ///   - line: the header line, without its end.
  ///   - firstRow: splits the first row with a separator, to see whether `time` is a time of day.
  init(line: String, firstRow: (UInt8) -> [String]) throws(CSVProblem) {
    let separators: [Character] = [",", ";", "\t"]
    let counts = separators.map { mark in line.count { $0 == mark } }
    let most = counts.firstIndex(of: counts.max() ?? 0) ?? 0
    let mark = separators[most]
    separator = mark.asciiValue ?? UInt8(ascii: ",")
    let written = CSVHeader.fields(line, mark).map(CSVHeader.trimmed)
    names = written
    let lower = written.map { $0.lowercased() }
    let shown = line.count > 60 ? line.prefix(60) + "..." : line[...]
    // A row of data, not of names.
    guard
      lower.contains(where: { $0.contains("open") || $0.contains("close") })
        || !lower.contains(where: { Double($0) != nil })
    else { throw .noHeader(found: String(shown)) }

    var prefix: String?
    if !lower.contains("open") {
      let candidates = lower.indices.filter {
        lower[$0].hasSuffix(".open") || lower[$0].hasSuffix("_open")
      }
      .map { String(written[$0].dropLast(4)) }
      .filter { start in
        CSVHeader.prices.allSatisfy { lower.contains(start.lowercased() + $0) }
      }
      guard candidates.count <= 1 else {
        throw .severalSymbolsInHeader(candidates.map { String($0.dropLast()) })
      }
      prefix = candidates.first
    }
    let start = prefix?.lowercased() ?? ""
    self.prefix = prefix.map { String($0.dropLast()) }

    func find(_ name: String) throws(CSVProblem) -> Int? {
      var found: Int?
      for (index, column) in lower.enumerated() where column == start + name || column == name {
        guard found == nil else { throw .duplicateColumn(written[index]) }
        found = index
      }
      return found
    }
    var missing: [String] = []
    var columns: [Int] = []
    for name in CSVHeader.prices {
      if let index = try find(name) { columns.append(index) } else { missing.append(name) }
    }
    var times: [String: Int] = [:]
    for name in CSVHeader.timeNames {
      if let index = try find(name) { times[name] = index }
    }
    let best = CSVHeader.timeNames.first { times[$0] != nil }
    if best == nil { missing.insert("time", at: 0) }
    guard missing.isEmpty, let best, let timeColumn = times[best] else {
      throw .missingColumns(missing, found: written)
    }
    if best == "date", let clock = times["time"],
      CSVHeader.isTimeOfDay(firstRow(separator), clock)
    {
      time = .dateAndTime(timeColumn, clock)
    } else {
      time = .one(timeColumn)
    }
    var symbol: Int?
    for name in CSVHeader.symbolNames where symbol == nil { symbol = try find(name) }
    self.symbol = symbol
    (open, high, low, close) = (columns[0], columns[1], columns[2], columns[3])
    volume = try find("volume")
    let used = Set(columns + Array(times.values) + [symbol, volume].compactMap { $0 })
    var extras: [Extra] = []
    for (index, name) in written.enumerated()
    where !used.contains(index) && !CSVHeader.ignored.contains(lower[index]) {
      guard !extras.contains(where: { $0.name == name }) else { throw .duplicateColumn(name) }
      extras.append(Extra(name: name, column: index))
    }
    self.extras = extras
  }

  private static func fields(_ line: String, _ separator: Character) -> [Substring] {
    var isQuoted = false
    return line.split(omittingEmptySubsequences: false) { character in
      if character == "\"" { isQuoted.toggle() }
      return character == separator && !isQuoted
    }
  }

  /// Without blanks, quotes and the angle brackets of MetaTrader.
  private static func trimmed(_ field: Substring) -> String {
    let marks: Set<Character> = [" ", "\"", "\r", "\u{FEFF}", "<", ">"]
    var rest = field
    while let first = rest.first, marks.contains(first) { rest.removeFirst() }
    while let last = rest.last, marks.contains(last) { rest.removeLast() }
    return String(rest)
  }

  private static func isTimeOfDay(_ row: [String], _ column: Int) -> Bool {
    guard column < row.count else { return false }
    let text = row[column]
    return text.count <= 12 && text.contains(":") && !text.contains("-") && !text.contains("/")
  }
}
