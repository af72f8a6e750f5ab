import ArgumentParser
import Foundation
import Kernels
import Market
import PortfolioFile
import Report
import Simulation

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Make a market with a known truth: regimes, correlation, planted skill, trouble.",
    discussion: """
      Writes DIR/SYMBOL-TIMEFRAME.csv, which `ingest` takes, DIR/portfolio.yaml, and the truth: \
      DIR/truth.json (parameters, units, events) and DIR/truth/SYMBOL-TIMEFRAME.csv (states, what \
      could be predicted, the posterior by the true parameters). Regimes are listed calm first; their \
      means differ by default, which can be predicted: --means 0,0,0 --r2 0 is noise. The same \
      options give the same bytes on every machine.
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: "The folder to write to.")
  var out: String

  @Flag(help: "Replace a portfolio.yaml and other files there that are not of an earlier market.")
  var force = false

  @Option(help: "Number of symbols.")
  var symbols: Int = 5

  @Option(help: "Bars a symbol.")
  var bars: Int = 10_000

  @Option(help: "Timeframe of the bars.")
  var timeframe: Timeframe = .h1

  @Option(help: "When the market trades.")
  var calendar: TradingCalendar = .continuous

  @Option(help: "Open of the first bar, or a time from which the market opens next.")
  var start: Timestamp = SimulationSettings().start

  @Option(help: "Seed of every random number.")
  var seed: UInt64 = 7

  @Option(help: "Volatility of a year.")
  var volatility: Double = 0.6

  @Option(help: "Probability that the next bar has the same regime.")
  var stay: Double = 0.98

  @Option(help: "Volatility of each regime, in units of a base.")
  var volatilities: NumberList = NumberList(RegimeProcess().volatilities)

  @Option(help: "Mean of each regime, in the same units.")
  var means: NumberList = NumberList(RegimeProcess().means)

  @Flag(help: "Give each symbol a path of regimes of its own.")
  var ownRegimes = false

  @Option(help: "Correlation of all pairs, or a matrix: 1,.5;.5,1.")
  var correlation: CorrelationArgument = .init(value: .oneFactor(0.5))

  @Option(help: "Share of the variance within a regime that past bars predict, 0 to 0.25.")
  var r2: Double = 0

  @Option(help: "Probability that a bar is missing.")
  var missing: Double = 0

  @Option(help: "Outages a symbol, 24 bars long on average.")
  var outages: Int = 0

  @Option(help: "Symbols that are listed late.")
  var late: Int = 0

  @Option(help: "Symbols that are delisted early.")
  var delisted: Int = 0

  @Option(help: "Splits a symbol; prices in the files are not adjusted for them.")
  var splits: Int = 0

  private var settings: SimulationSettings {
    var settings = SimulationSettings()
    settings.symbols = symbols
    settings.bars = bars
    settings.timeframe = timeframe
    settings.calendar = calendar
    settings.start = start
    settings.seed = seed
    settings.annualVolatility = volatility
    settings.regimes.stay = stay
    settings.regimes.volatilities = volatilities.values
    settings.regimes.means = means.values
    settings.ownRegimes = ownRegimes
    settings.correlation = correlation.value
    settings.r2 = r2
    settings.missing = missing
    settings.outages = outages
    settings.late = late
    settings.delisted = delisted
    settings.splits = splits
    return settings
  }

  func validate() throws {
    do {
      try settings.check()
    } catch {
      throw ValidationError("--\(error)")
    }
  }

  func run() async throws {
    let market = try SimulatedMarket(settings)
    let files = SimulationFiles(market, folder: out)
    try files.write(force: force)
    let share = market.predictableShare
    if common.json {
      try Output.text(
        JSONValue.object([
          "bars": .array(files.bars.map { .string($0) }), "portfolio": .string(files.portfolio),
          "truth": .string(files.truth), "seed": .string(String(seed)),
          "plantedR2": .number(share.planted), "attainableR2": .number(share.attainable),
        ]).text)
    } else if !common.quiet {
      let format = NumberFormat.terminal
      try Output.line(
        "wrote \(counted(symbols, "symbol")) of \(format.count(bars)) bars of \(timeframe) to \(out)"
      )
      try Output.line(
        "predictable: \(format.percent(share.planted, 2)) planted, "
          + "\(format.percent(share.attainable, 2)) of R2 attainable from past bars")
      let ends = market.symbols.map { $0.series.knownAt($0.series.count - 1) }
      if let end = ends.max(), end > .clock {
        try Output.line(
          "it ends at \(end), which has not come yet: ingest leaves those bars out; an earlier --start "
            + "keeps them")
      }
      try Output.line("next: regimefolio ingest \(out)/*.csv")
      try Output.line("      regimefolio train \(files.portfolio)")
    }
  }
}

/// Numbers separated by commas: `0.6,1,1.8`.
struct NumberList: ExpressibleByArgument {
  var values: [Double]

  init(_ values: [Double]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, numbers.allSatisfy(\.isFinite) else { return nil }
    values = numbers
  }

  var defaultValueDescription: String { values.map { "\($0)" }.joined(separator: ",") }
}

/// One correlation for all pairs, or the rows of a matrix separated by semicolons.
struct CorrelationArgument: ExpressibleByArgument {
  var value: Correlation

  init(value: Correlation) {
    self.value = value
  }

  init?(argument: String) {
    let rows = argument.split(separator: ";").compactMap {
      NumberList(argument: String($0))?.values
    }
    guard let first = rows.first, rows.count == argument.count(where: { $0 == ";" }) + 1,
      rows.allSatisfy({ $0.count == first.count })
    else { return nil }
    value = rows == [first] && first.count == 1 ? .oneFactor(first[0]) : .matrix(Matrix(rows: rows))
  }

  var defaultValueDescription: String {
    if case .oneFactor(let rho) = value { "\(rho)" } else { "matrix" }
  }
}
