import ArgumentParser
import Foundation
import Market
import Models
import Report
import Research
import SignalGraph

extension ModelsCommand {
  struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "trace",
      abstract: "Write what a bundle's models read and say, bar by bar, as CSV.",
      discussion: """
        One row a bar of the node's whole history: features and observations in natural units, the \
        filtered regime probabilities, the networks' inputs, each network's forecast, what the variance \
        model reads, and the node's own forecast and variance. Cells are empty while something warms \
        up. It is what to check exported models against, and what to train models for 'models import' on.
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var portfolio: PortfolioOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe
    @Argument(help: "The id or its beginning; without one the bundle that serves.") var id: String?

    @Option(help: "Write to this file instead of standard output.")
    var csv: String?

    func run() async throws {
      let key = NodeKey(Symbol(symbol), timeframe)
      let workspace = try await Workspace(
        portfolio, common, database: try common.openForReading())
      try workspace.require(key)
      let serving = try ServingModels.id(key, of: workspace.portfolio, store: common.store)
      let id = try ModelsCommand.find(id ?? serving, key.symbol, timeframe, common.store)
      let bundle = try common.store.read(key.symbol, timeframe, id: id)
      let settings = workspace.portfolio
      let model = try NodeModel(bundle)
      if let setting = bundle.manifest.unreadableKey(of: settings) {
        throw Failure(
          "\(portfolio.portfolio): \(id.prefix(12)) of \(key) was made for other \(setting); set them "
            + "as they were, or train again")
      }
      let columns = TraceColumns(bundle.manifest, model)
      var trace = NodeTrace(model, enter: settings.regime.enter)
      var table = SignalTable(header: columns.names)
      for row in workspace.tables[key].rows { table.add(columns.cells(of: trace.update(row))) }
      guard !common.json else { return try Output.text(table.json.text) }
      guard let csv else { return try Output.text(table.csv) }
      try TextFile.write(table.csv, to: csv)
      try Output.line("\(key) \(id.prefix(12)): wrote \(csv)")
    }
  }
}

/// The columns of a trace: numbers as the shortest text that reads back to the same bits.
private struct TraceColumns {
  private let features: [String]
  private let observations: [String]
  private let states: Int
  private let networks: Int
  private let readings: [String]

  init(_ manifest: BundleManifest, _ model: NodeModel) {
    features = model.forecast == nil ? [] : manifest.features
    observations = manifest.regimeObservations
    states = model.regime.states
    networks = model.forecast?.members.count ?? 0
    readings = VarianceReadings.names(model.timeframe)
  }

  var names: [String] {
    ["known_at"] + observations.map { "observation.\($0)" }
      + (0..<states).map { "posterior.\($0)" } + features.map { "feature.\($0)" }
      + features.map { "input.\($0)" } + (0..<networks).map { "network.\($0)" }
      + readings.map { "variance_reading.\($0)" } + ["forecast", "variance"]
  }

  func cells(of row: NodeTraceRow) -> [String] {
    var cells = ["\(row.knownAt)"]
    cells += TraceColumns.cells(row.observation, observations.count)
    cells += TraceColumns.cells(row.posterior, states)
    cells += TraceColumns.cells(row.features, features.count)
    cells += TraceColumns.cells(row.inputs, features.count)
    cells += row.networks.map { $0.map { "\($0)" } ?? "" }
    cells += TraceColumns.cells(row.varianceReadings, readings.count)
    cells.append(row.output?.forecast.map { "\($0)" } ?? "")
    cells.append(row.output.map { "\($0.variance)" } ?? "")
    return cells
  }

  /// So many cells; empty ones for nothing.
  private static func cells(_ values: [some CustomStringConvertible]?, _ count: Int) -> [String] {
    guard count > 0 else { return [] }
    return values.map { $0.map(\.description) } ?? [String](repeating: "", count: count)
  }
}
