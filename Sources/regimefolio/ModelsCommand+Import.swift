import ArgumentParser
import Foundation
import Kernels
import Market
import Models
import Report
import Research
import SignalGraph

extension ModelsCommand {
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Make a node's serving bundle of models that another program has trained.",
      discussion: """
        Networks come from PyTorch as safetensors (a state_dict of an LSTM and its linear head), \
        regime models from hmmlearn by Benchmarks/peers/export_hmmlearn.py. 'models trace' writes \
        what to train them on. What no file gives is taken from the bundle that serves, or from \
        --base. Imported forecasts have no record here: the gate is shut until 'train' replaces them, \
        unless the portfolio says 'forecast.gate: off'.
        """)
    @OptionGroup var common: CommonOptions
    @OptionGroup var portfolio: PortfolioOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe

    @Option(help: "A safetensors file of a network; repeat it for each member of the ensemble.")
    var lstm: [String] = []

    @Option(help: "A safetensors file of hmmlearn's parameters.")
    var hmm: String?

    @Option(help: "The bundle, by id or its beginning, that gives the other parts.")
    var base: String?

    func validate() throws {
      guard !lstm.isEmpty || hmm != nil else {
        throw ValidationError("name what to import: --lstm FILE, --hmm FILE or both")
      }
    }

    func run() async throws {
      let key = NodeKey(Symbol(symbol), timeframe)
      let store = common.store
      let workspace = try await Workspace(
        portfolio, common, database: try common.openForReading())
      try workspace.require(key)
      var models = ModelImport()
      for file in lstm { models.networks.append(try Import.read(file)) }
      models.regime = try hmm.map { try Import.read($0) }
      let serving = try ServingModels.id(key, of: workspace.portfolio, store: store)
      if let base = base ?? serving {
        let id = try ModelsCommand.find(base, key.symbol, timeframe, store)
        models.base = try store.read(key.symbol, timeframe, id: id)
      }
      let bundle = try models.bundle(
        workspace.portfolio, key, plan: workspace.plan, table: workspace.tables[key],
        file: portfolio.typed)
      try store.write(bundle)
      try ServingModels.activateUnproven(
        key, id: bundle.manifest.id, of: workspace.portfolio, store: store)
      let parts = bundle.manifest.importedParts ?? ""
      if common.json {
        try Output.text(
          JSONValue.object([
            "series": .string(symbol), "timeframe": .string(timeframe.name),
            "id": .string(bundle.manifest.id), "imported": .string(parts),
          ]).text)
      } else {
        try Output.line("\(key): \(bundle.manifest.id.prefix(12)) serves, imported: \(parts)")
        common.note("next: regimefolio allocate \(portfolio.typed)")
      }
    }

    private static func read(
      _ file: String
    ) throws -> (tensors: ImportedTensors, digest: String) {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw Failure("\(file): no such file, or it cannot be read")
      }
      let bytes = Array(data)
      var sha = SHA256()
      sha.update(bytes)
      return (try ImportedTensors(bytes, file: file), sha.hex())
    }
  }
}
