import Foundation
import Kernels
import Market
import PortfolioFile
import Report
import Research
import Simulation

/// The files of a simulated market: bars, a portfolio, and the truth in a folder of its own, so that
/// `ingest DIR/*.csv` takes the bars alone.
struct SimulationFiles {
  let market: SimulatedMarket
  let folder: String

  init(_ market: SimulatedMarket, folder: String) {
    self.market = market
    self.folder = folder
  }

  var bars: [String] { market.symbols.map { "\(folder)/\($0.fileName)" } }
  var portfolio: String { "\(folder)/portfolio.yaml" }
  var truth: String { "\(folder)/truth.json" }

  private var truthBars: [String] { market.symbols.map { "\(folder)/truth/\($0.fileName)" } }

  /// - Parameter force: replaces what is there, but for bars of other names.
  func write(force: Bool) throws {
    try refuseStrangers()
    if !force { try refuseOthers() }
    // First: it tells that the other files are of a market.
    try TextFile.write(truthJSON.text, to: truth)
    for (symbol, file) in zip(market.symbols, bars) {
      try TextFile.write(symbol.barsCSV, to: file)
    }
    for (symbol, file) in zip(market.symbols, truthBars) {
      try TextFile.write(symbol.truthCSV, to: file)
    }
    try TextFile.write(portfolioText, to: portfolio)
  }

  private var portfolioText: String {
    let listings = market.symbols.map { symbol in
      let bars = symbol.series
      return SymbolListing(
        symbol: symbol.symbol, first: bars.times[0], last: bars.knownAt(bars.count - 1),
        hasEnded: false)
    }
    return PortfolioFile.template(
      symbols: market.symbols.map(\.symbol),
      timeframes: PortfolioFile.timeframes(
        from: market.settings.timeframe, of: [market.settings.calendar],
        over: listings.lengthForFolds), late: listings.late.map(\.symbol))
  }

  /// A portfolio that the user may have changed is not overwritten, and neither are files that are of no
  /// earlier market. Bars and truth of one are.
  private func refuseOthers() throws {
    let files = FileManager.default
    var others: [String] = []
    if let old = files.contents(atPath: portfolio), old != Data(portfolioText.utf8) {
      others.append(portfolio)
    }
    if !isOfMarket { others += (bars + truthBars + [truth]).filter(files.fileExists) }
    guard let other = others.first else { return }
    throw Failure("\(other) exists; give --force to replace it, or another folder to --out")
  }

  /// Whether the folder has the truth of an earlier market.
  private var isOfMarket: Bool {
    guard let data = FileManager.default.contents(atPath: truth),
      let members = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return false }
    return members["planted"] != nil && members["predictable_share"] != nil
  }

  /// Bars of an earlier market would be ingested with these.
  private func refuseStrangers() throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch CocoaError.fileReadNoSuchFile {
      return
    } catch {
      throw Failure("\(folder): cannot be listed; give --out a folder that can be read and written")
    }
    let own = Set(market.symbols.map(\.fileName))
    guard let other = names.filter({ $0.hasSuffix(".csv") && !own.contains($0) }).min() else {
      return
    }
    throw Failure("\(folder)/\(other) belongs to something else; give an empty folder to --out")
  }

  /// What the numbers of the truth mean.
  private static let units: [String: String] = [
    "log_return": "since the close of the bar before, adjusted for splits",
    "sigma": "standard deviation of the bar's own log return in its state",
    "predictable": "mean of the log return, the bar's state and the past known",
    "attainable": "mean of the log return, all parameters and the symbol's past bars known",
    "p0": "probability of state 0 by the true parameters, this bar and its past known; p1 ...",
    "volume_score": "volume_z_20 of the bar before, clipped at 2.5",
    "momentum": "return_10 of the bar before, clipped at 2.5",
    "adjustment": "factor that brings the bar's prices to shares of the first day",
    "base_volatility": "standard deviation of one bar that the regimes' numbers multiply",
    "planted.r2": "share of the variance within a state; with z = (log_return / base_volatility "
      + "- mean) / volatility of the state, z = linear volume_score + interaction "
      + "loading[state] momentum + sqrt(1 - r2) e",
    "predictable_share.attainable":
      "R2 of the attainable forecast of the return over its EWMA sigma (decay .94)",
  ]

  private var truthJSON: JSONValue {
    let settings = market.settings
    let share = market.predictableShare
    return .object([
      "units": .object(SimulationFiles.units.mapValues { JSONValue.string($0) }),
      "settings": .object([
        "symbols": .integer(settings.symbols), "bars": .integer(settings.bars),
        "timeframe": .string(settings.timeframe.name),
        "calendar": .string(settings.calendar.rawValue),
        "start": .string(settings.start.description), "seed": .string(String(settings.seed)),
        "annual_volatility": .number(settings.annualVolatility),
        "own_regimes": .bool(settings.ownRegimes), "correlation": correlation,
        "missing": .number(settings.missing), "outages": .integer(settings.outages),
        "late": .integer(settings.late), "delisted": .integer(settings.delisted),
        "splits": .integer(settings.splits),
      ]),
      "base_volatility": .number(settings.baseVolatility),
      "regimes": .object([
        "stay": .number(settings.regimes.stay),
        "volatilities": .numbers(settings.regimes.volatilities),
        "means": .numbers(settings.regimes.means),
        "transition": .array(
          (0..<settings.regimes.states).map { .numbers(settings.regimes.transition.row($0)) }),
      ]),
      "planted": .object([
        "r2": .number(market.signal.r2), "linear": .number(market.signal.linear),
        "interaction": .number(market.signal.interaction),
        "loadings": .numbers(market.signal.loadings),
      ]),
      "predictable_share": .object([
        "planted": .number(share.planted), "attainable": .number(share.attainable),
      ]),
      "events": .array(market.events.map(json)),
    ])
  }

  private var correlation: JSONValue {
    switch market.settings.correlation {
    case .oneFactor(let rho): .number(rho)
    case .matrix(let matrix): .array((0..<matrix.rows).map { .numbers(matrix.row($0)) })
    }
  }

  private func json(_ event: MarketEvent) -> JSONValue {
    var members: [String: JSONValue] = [
      "symbol": .string(event.symbol.name), "time": .string(event.time.description),
    ]
    switch event.kind {
    case .listing: members["kind"] = .string("listing")
    case .delisting: members["kind"] = .string("delisting")
    case .gap(let slots):
      members["kind"] = .string("gap")
      members["slots"] = .integer(slots)
    case .split(let ratio):
      members["kind"] = .string("split")
      members["ratio"] = .number(ratio)
    }
    return .object(members)
  }
}
