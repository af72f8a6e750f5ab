import Foundation
import Market
import PortfolioFile
import Research
import Store

/// The portfolio's bars in a database of their own, ingested from files in another order.
struct Sandbox {
  /// The files that the user's series were written to, in the order of ingestion.
  let files: [(series: SeriesInfo, path: String)]
  let database: String

  /// Writes the portfolio's series to CSV files and ingests them, last symbol first.
  init(_ verification: Verification, name: String) throws {
    let folder = verification.scratch.file(name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = verification.workspace.database
    let symbols = Set(verification.workspace.history.symbols)
    var files: [(series: SeriesInfo, path: String)] = []
    for (index, info) in try source.series().filter({ symbols.contains($0.symbol) }).enumerated() {
      let path = folder.appendingPathComponent("series-\(index).csv").path
      try source.export(info.symbol, info.timeframe, to: path)
      files.append((info, path))
    }
    self.files = files.reversed()
    database = folder.appendingPathComponent("bars.sqlite").path
    let target = try BarDatabase(path: database)
    for (info, path) in self.files { try target.ingest(path, options: Sandbox.options(info)) }
    try target.close()
  }

  /// What the files do not say of their series.
  static func options(_ info: SeriesInfo) -> IngestOptions {
    IngestOptions(
      symbol: info.symbol, timeframe: info.timeframe, calendar: info.calendar,
      assetClass: info.assetClass, currency: info.currency)
  }
}
