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
      and reported with its line; the rest of the file is kept.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "CSV files.")
  var files: [String]

  @Option(help: "Symbol of all bars.")
  var symbol: String?

  @Option(help: "Timeframe of all bars: 1m 5m 15m 30m 1h 2h 4h 8h 12h 1d 1w.")
  var timeframe: String?

  @Option(help: "Zone of times without one, as an offset: +02:00.")
  var timezone: String?

  @Option(help: "Calendar of new instruments: 24x7, 24x5, sessions.")
  var calendar: String?

  @Flag(help: "Refuse a file at its first bad row.")
  var strict = false

  func run() async throws {
    let options = try ingestOptions()
    let database = try common.openForWriting()
    for file in files {
      let report = try database.ingest(file, options: options)
      if common.json {
        print(IngestText.json(report), terminator: "")
      } else if !common.quiet {
        for line in IngestText.lines(report) { print(line) }
      }
    }
  }

  private func ingestOptions() throws -> IngestOptions {
    var options = IngestOptions()
    options.symbol = symbol.map { Symbol($0) }
    if let timeframe {
      guard let known = Timeframe(timeframe) else {
        let names = Timeframe.all.map(\.name).joined(separator: " ")
        throw ValidationError("--timeframe \(timeframe): no such timeframe; there are \(names)")
      }
      options.timeframe = known
    }
    if let timezone {
      guard let minutes = IngestOptions.zoneMinutes(timezone) else {
        throw ValidationError("--timezone \(timezone): write an offset such as +02:00")
      }
      options.zoneMinutes = minutes
    }
    if let calendar {
      guard let known = TradingCalendar(rawValue: calendar) else {
        throw ValidationError("--calendar \(calendar): there are 24x7, 24x5 and sessions")
      }
      options.calendar = known
    }
    options.strict = strict
    return options
  }
}
