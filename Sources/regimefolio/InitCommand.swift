import ArgumentParser
import Foundation
import Market
import PortfolioFile
import Report
import Research
import Store

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a portfolio file from what the database holds.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "The file to write.")
  var file: String

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() async throws {
    let series = try common.openForReading().series()
    guard !series.isEmpty else {
      throw Failure("\(common.db) holds no bars; ingest some with `regimefolio ingest FILES...`")
    }
    if FileManager.default.fileExists(atPath: file), !force {
      throw Failure("\(file) exists; give --force to replace it")
    }
    let symbols = Set(series.map(\.symbol)).sorted()
    // The finest timeframe that all symbols share, with the two steps above it.
    let shared = Timeframe.all.filter { timeframe in
      symbols.allSatisfy { symbol in
        series.contains { $0.symbol == symbol && $0.timeframe == timeframe }
      }
    }
    guard let primary = shared.first else {
      throw Failure("the symbols share no timeframe; ingest one that all of them have")
    }
    let calendars = series.map(\.calendar)
    let listings = listings(series, primary)
    let text = PortfolioFile.template(
      symbols: symbols,
      timeframes: PortfolioFile.timeframes(
        from: primary, of: calendars, over: listings.lengthForFolds),
      market: market(calendars), late: listings.late.map(\.symbol))
    try TextFile.write(text, to: file)
    if common.json {
      try Output.text(
        JSONValue.object([
          "file": .string(file), "symbols": .array(symbols.map { .string($0.name) }),
          "primary": .string(primary.name),
        ]).text)
    } else {
      try Output.line("wrote \(file): \(counted(symbols.count, "symbol")), \(primary) and up")
      try Output.line("next: regimefolio train \(file)")
    }
  }

  /// From when to when each symbol has primary bars.
  private func listings(_ series: [SeriesInfo], _ primary: Timeframe) -> [SymbolListing] {
    series.filter { $0.timeframe == primary }.map { info in
      SymbolListing(
        symbol: info.symbol, first: info.first, last: info.last + primary.milliseconds,
        hasEnded: false)
    }
  }

  /// What the file has to say where symbols keep several calendars: the market of the longest week, whose
  /// costs are the highest.
  private func market(_ calendars: [TradingCalendar]) -> Portfolio.MarketKind? {
    guard Set(calendars).count > 1 else { return nil }
    return TradingCalendar.union(of: calendars).map { Portfolio.MarketKind($0) }
  }
}
