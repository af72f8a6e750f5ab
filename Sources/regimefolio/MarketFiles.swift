import Evidence
import Foundation
import Market
import Store

/// The real series of the evidence studies: CSV files in a folder, as `ingest` reads them.
struct MarketFiles {
  var folder: String

  func bars(_ universe: MarketUniverse) throws -> MarketBars {
    var series: [BarSeries] = []
    var sources: [MarketBars.Source] = []
    for symbol in universe.symbols {
      let name = universe.file(of: symbol)
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else {
        throw Failure(
          "\(folder) has no file \(name): the study of \(universe.name) reads "
            + universe.symbols.map { universe.file(of: $0) }.joined(separator: ", ")
            + " (unpacked)")
      }
      var options = IngestOptions()
      options.symbol = symbol
      options.timeframe = universe.given
      let read = try CSVBarReader(options: options).read(path)
      guard let found = read.series.first, read.series.count == 1 else {
        throw Failure("\(path): bars of one symbol are expected, it has \(read.series.count)")
      }
      var bars = BarSeries(
        symbol: symbol, timeframe: universe.given, calendar: universe.calendar)
      for index in 0..<found.count { bars.append(found[index]) }
      series.append(bars)
      sources.append(
        MarketBars.Source(
          file: name, sha256: read.sha256, bars: found.count, rejected: read.rejectedCount))
    }
    return MarketBars(universe: universe, series: series, sources: sources)
  }
}
