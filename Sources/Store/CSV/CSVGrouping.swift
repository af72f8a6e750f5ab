import Market

/// Sorts the rows of a file into series: which symbol, which timeframe, in order of time, each
/// once.
struct CSVGrouping {
  private let rows: CSVRows
  private let header: CSVHeader
  private let options: IngestOptions
  private let fileName: SeriesFileName
  private(set) var rejects: [RejectedRow]
  private(set) var repeated = 0
  private(set) var notes: [String] = []
  private(set) var key = ""

  init(rows: CSVRows, header: CSVHeader, file: String, options: IngestOptions) {
    self.rows = rows
    self.header = header
    self.options = options
    fileName = SeriesFileName(path: file)
    rejects = rows.rejects
  }

  /// The series, sorted by symbol.
  mutating func series() throws(CSVProblem) -> [CSVBars.Series] {
    guard rows.bars.count > 0 else { return [] }
    let groups = try groups()
    let own = groups.map { order in BarSteps(order.rows.map { rows.bars.times[$0] }) }
    let steps = BarSteps(of: own)
    let timeframe = try timeframe(steps.mostFrequent)
    try refuseFiner(than: timeframe, steps, own, groups)
    try refuseCoarser(than: timeframe, own, groups)
    if let step = steps.mostFrequent, step != timeframe.milliseconds {
      notes.append(
        "the most frequent step between its times is \(BarSteps.length(step)), "
          + "its timeframe \(timeframe)")
    }
    if header.volume == nil { notes.append("it has no column `volume`: all volumes are 0") }
    noteTextColumns()
    let named = header.symbol == nil ? Symbol(groups[0].symbol) : options.symbol
    key =
      IngestSource(
        file: nil, symbol: named, timeframe: timeframe, zoneMinutes: options.zoneMinutes
      ).options
    var result: [CSVBars.Series] = []
    for group in groups.sorted(by: { Symbol($0.symbol) < Symbol($1.symbol) }) {
      let (batch, extras) = merged(group.rows, timeframe)
      if batch.count > 0 {
        result.append(
          CSVBars.Series(
            symbol: Symbol(group.symbol), timeframe: timeframe, batch: batch, extras: extras))
      }
    }
    return result
  }

  /// The cells for which a column of numbers is left out, as `strict` refuses them.
  var strayTexts: [RejectedRow] {
    zip(header.extras, rows.extras).compactMap { extra, cells in
      cells.strayText.map { stray in
        RejectedRow(
          line: stray.line,
          reason: stray.isTooLarge
            ? .tooLarge(column: extra.name, text: stray.text)
            : .notANumber(column: extra.name, text: stray.text))
      }
    }
  }

  private mutating func noteTextColumns() {
    var texts: [String] = []
    for (extra, cells) in zip(header.extras, rows.extras) where cells.isText {
      if let stray = cells.strayText {
        notes.append(
          "column `\(extra.name)` is left out: line \(stray.line) holds `\(stray.text)`, which is "
            + (stray.isTooLarge ? "beyond \(RejectReason.largestExtra)" : "no number")
            + "; mend it, or leave the cell empty")
      } else {
        texts.append(extra.name)
      }
    }
    if !texts.isEmpty {
      notes.append("columns that are not numbers are left out: \(texts.joined(separator: ", "))")
    }
  }

  /// How the file was read, in a line.
  var dialect: String {
    let separator =
      switch header.separator {
      case UInt8(ascii: ";"): "semicolon"
      case UInt8(ascii: "\t"): "tab"
      default: "comma"
      }
    let column =
      switch header.time {
      case .one(let index): header.names[index]
      case .dateAndTime(let date, let clock): "\(header.names[date]) and \(header.names[clock])"
      }
    let zone =
      options.zoneMinutes == 0
      ? "UTC"
      : "UTC\(options.zoneMinutes > 0 ? "+" : "")"
        + "\(options.zoneMinutes) min"
    let unit =
      rows.time.unit.map { "epoch \($0)" }
      ?? (rows.time.hasZonelessTimes ? "ISO, \(zone)" : "ISO with zone")
    var parts = ["\(separator) separated", "time `\(column)` (\(unit))"]
    if let prefix = header.prefix { parts.append("columns `\(prefix).*`") }
    if let symbol = header.symbol { parts.append("symbol `\(header.names[symbol])`") }
    return parts.joined(separator: ", ")
  }

  private struct Group {
    var symbol: String
    /// Row numbers in order of time; rows of one time stay in the file's order.
    var rows: [Int]
  }

  private func groups() throws(CSVProblem) -> [Group] {
    if header.symbol != nil {
      var members: [[Int]] = rows.symbols.map { _ in [] }
      for (row, symbol) in rows.symbolIndices.enumerated() { members[symbol].append(row) }
      var groups: [Group] = []
      for (symbol, rows) in zip(rows.symbols, members) where !rows.isEmpty {
        groups.append(Group(symbol: symbol, rows: inOrder(rows)))
      }
      if let symbol = options.symbol {
        guard groups.count == 1 else {
          throw .symbolOfMany(symbol: symbol.name, count: groups.count)
        }
        groups[0].symbol = try checked(symbol.name)
      }
      return groups
    }
    // A prefix says more than a name such as `prices.csv`, and less than one such as `BTC-1h.csv`.
    let named = fileName.timeframe == nil ? header.prefix ?? fileName.symbol : fileName.symbol
    let symbol = options.symbol?.name ?? named
    guard !symbol.isEmpty else { throw .noSymbol }
    return [Group(symbol: try checked(symbol), rows: inOrder(Array(0..<rows.bars.count)))]
  }

  private func checked(_ symbol: String) throws(CSVProblem) -> String {
    guard CSVRows.isValid(symbol: symbol) else { throw .badSymbol(symbol) }
    return symbol
  }

  private func inOrder(_ order: [Int]) -> [Int] {
    let times = rows.bars.times
    let isSorted = zip(order, order.dropFirst()).allSatisfy { times[$0] <= times[$1] }
    return isSorted ? order : order.sorted { (times[$0], $0) < (times[$1], $1) }
  }

  private func timeframe(_ step: Int64?) throws(CSVProblem) -> Timeframe {
    if let told = options.timeframe ?? fileName.timeframe { return told }
    guard let step, let timeframe = Timeframe(milliseconds: step) else {
      throw .noTimeframe(mostFrequentStep: step)
    }
    return timeframe
  }

  /// Refuses rows closer together than the timeframe, of the file or of a single symbol in it: a row on the
  /// coarser grid would pass for a bar, with the high and low of its own time only.
  private func refuseFiner(
    than timeframe: Timeframe, _ steps: BarSteps, _ own: [BarSteps], _ groups: [Group]
  ) throws(CSVProblem) {
    if let step = steps.shorter(than: timeframe) {
      throw .finerThanTimeframe(nil, step: step, timeframe)
    }
    for (group, steps) in zip(groups, own) {
      // Of few rows, as of a new listing, one may be a bar that is not over yet.
      if let step = steps.shorter(than: timeframe, fewest: 2) {
        throw .finerThanTimeframe(Symbol(group.symbol), step: step, timeframe)
      }
    }
  }

  /// Refuses rows that are bars of a longer timeframe, unless the user says that they are of this one.
  private mutating func refuseCoarser(
    than timeframe: Timeframe, _ own: [BarSteps], _ groups: [Group]
  ) throws(CSVProblem) {
    for (group, steps) in zip(groups, own) {
      let times = group.rows.map { rows.bars.times[$0] }
      let isUTC = group.rows.allSatisfy { rows.offsets[$0] == 0 }
      let dates = isUTC ? times : group.rows.map { rows.bars.times[$0] + rows.offsets[$0] }
      guard let coarse = CoarseRows(times, dates: dates, steps: steps, than: timeframe) else {
        continue
      }
      let symbol = header.symbol.map { _ in Symbol(group.symbol) }
      let stretch = coarse.rows.map {
        rowStretch(from: group.rows[$0.lowerBound], to: group.rows[$0.upperBound])
      }
      guard options.timeframe != nil else {
        throw .coarserThanTimeframe(symbol, stretch, step: coarse.timeframe, timeframe)
      }
      notes.append(
        "its rows of \(group.symbol)\(stretch.map { " \($0)" } ?? "") are "
          + "\(coarse.timeframe) apart, and taken as bars of \(timeframe), as --timeframe says")
    }
  }

  private func rowStretch(from first: Int, to last: Int) -> RowStretch {
    RowStretch(
      firstLine: rows.lines[first], first: Timestamp(milliseconds: rows.bars.times[first]),
      lastLine: rows.lines[last], last: Timestamp(milliseconds: rows.bars.times[last]))
  }

  /// The rows of one series on its grid, each time once.
  private mutating func merged(
    _ order: [Int], _ timeframe: Timeframe
  ) -> (BarBatch, [ExtraBatch]) {
    var batch = BarBatch()
    batch.reserve(order.count)
    let columns = header.extras.indices.filter { !rows.extras[$0].isText }
    var extras = columns.map { ExtraBatch(name: header.extras[$0].name) }
    var previousRow: Int?
    for (row, instant) in onOwnClock(order, timeframe) {
      var bar = rows.bars[row]
      bar.time = instant
      let time = Timestamp(milliseconds: bar.time)
      guard timeframe.isOnGrid(time) else {
        rejects.append(RejectedRow(line: rows.lines[row], reason: .offGrid(time, timeframe)))
        continue
      }
      // A day is over when it is by UTC, by which bars are known, and by the clock that it is a day of.
      let opens = max(time, Timestamp(milliseconds: rows.bars.times[row]))
      let closes = opens + timeframe.milliseconds
      if let now = options.now, closes > now {
        rejects.append(RejectedRow(line: rows.lines[row], reason: .notClosed(time, closes: closes)))
        continue
      }
      if let previousRow, batch.times.last == bar.time {
        let isSame =
          batch[batch.count - 1] == bar
          && columns.allSatisfy { column in
            let values = rows.extras[column].values
            return values[row].bitPattern == values[previousRow].bitPattern
          }
        if isSame {
          repeated += 1
        } else {
          rejects.append(
            RejectedRow(
              line: rows.lines[row],
              reason: .duplicateTime(time, firstLine: rows.lines[previousRow])))
        }
        continue
      }
      batch.append(bar)
      previousRow = row
      for (i, column) in columns.enumerated() {
        let value = rows.extras[column].values[row]
        guard !value.isNaN else { continue }
        extras[i].times.append(bar.time)
        extras[i].values.append(value)
      }
    }
    return (batch, extras.filter { !$0.times.isEmpty })
  }

  /// The rows with the times they are stamped with, in that order.
  ///
  /// A bar of a day or longer carries the date of its own clock: it names a session. That is the clock of
  /// its zone, else the one that the user names.
  private func onOwnClock(_ order: [Int], _ timeframe: Timeframe) -> [(row: Int, time: Int64)] {
    let times = rows.bars.times
    let told = Int64(options.zoneMinutes) * 60_000
    if timeframe.isIntraday || (told == 0 && order.allSatisfy({ rows.offsets[$0] == 0 })) {
      return order.map { ($0, times[$0]) }
    }
    return order.map { row in
      let time = times[row]
      let isUTC = rows.offsets[row] == 0
      if isUTC, timeframe.isOnGrid(Timestamp(milliseconds: time)) { return (row, time) }
      let local = time + (isUTC ? told : rows.offsets[row])
      return (row, timeframe.isOnGrid(Timestamp(milliseconds: local)) ? local : time)
    }
    .sorted { ($0.time, $0.row) < ($1.time, $1.row) }
  }
}
