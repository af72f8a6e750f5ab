import ArgumentParser
import Foundation
import Market
import Report
import Store

struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Read CSV files of bars into the database.",
    discussion: """
      Columns are found by their names. Symbol and timeframe come from the options, else from a \
      symbol column and the file's name (BTC-1h.csv), else from the times. A bad row is left out \
      and reported with its line; the rest of the file is kept. So is a bar that has not closed yet: \
      its last values are still to come. A day is over at 00:00 UTC, or at midnight of its own clock \
      if that is later, whatever its session: a share's bar of today is taken after that. \
      A pipe (/dev/stdin) has no name that tells a symbol: say it with --symbol.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "CSV files.")
  var files: [String]

  @Option(help: "Symbol of all bars.")
  var symbol: String?

  @Option(help: "Timeframe of all bars.")
  var timeframe: Timeframe?

  @Option(
    parsing: .unconditional, help: "Zone of times without one, as an offset: +02:00 or -05:00.")
  var timezone: String?

  @Option(help: "Calendar of the instruments; else a new one's is told from its bars.")
  var calendar: TradingCalendar?

  @Flag(help: "Refuse a file at its first bad row, or text in a column of numbers.")
  var strict = false

  func validate() throws {
    if let timezone, IngestOptions.zoneMinutes(timezone) == nil {
      throw ValidationError("--timezone \(timezone): write an offset such as +02:00")
    }
  }

  func run() async throws {
    var options = IngestOptions()
    options.symbol = symbol.map { Symbol($0) }
    options.timeframe = timeframe
    options.zoneMinutes = timezone.flatMap { IngestOptions.zoneMinutes($0) } ?? 0
    options.calendar = calendar
    options.now = .clock
    options.strict = strict
    var reports: [JSONValue] = []
    for (index, file) in files.enumerated() {
      do {
        reports.append(try ingest(file, options))
      } catch {
        // The files before it are in the database, and stay there.
        if common.json, !reports.isEmpty { try Output.text(JSONValue.array(reports).text) }
        let left = files.count - index - 1
        if left > 0 { Failure.note("\(counted(left, "file")) after \(file) not read") }
        throw error
      }
    }
    if common.json { try Output.text(JSONValue.array(reports).text) }
  }

  private func ingest(_ file: String, _ options: IngestOptions) throws -> JSONValue {
    // A file is read before the database is opened, so that a bad one does not make one.
    let bars = try CSVBarReader(options: options).read(file)
    let report = try common.openOrCreate().ingest(bars, options: options)
    if !common.json, !common.quiet {
      for line in IngestText.counts(report) { try Output.line(line) }
    }
    // What was left out is said in any case.
    for line in IngestText.rejects(report) { Failure.note(line) }
    return IngestText.json(report)
  }
}
