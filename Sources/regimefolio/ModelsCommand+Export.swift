import ArgumentParser
import Foundation
import Market
import Models
import Report
import Research

extension ModelsCommand {
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write a bundle's models for other programs.",
      discussion: """
        The safetensors file holds every tensor: networks under PyTorch's names after 'member.N.', the \
        regime model under 'hmm.'. The ONNX file is the forecast as one graph, scaling and ridge \
        included; its inputs are the features in natural units and the regime probabilities. What \
        they mean stands in the metadata of both.
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe
    @Argument(help: "The id or its beginning; without one the bundle that serves.") var id: String?

    @Option(help: "Write all tensors to this file.")
    var safetensors: String?

    @Option(help: "Write the forecast to this file.")
    var onnx: String?

    func validate() throws {
      guard safetensors != nil || onnx != nil else {
        throw ValidationError("name a file: --safetensors FILE, --onnx FILE or both")
      }
    }

    func run() async throws {
      let (series, frame) = (Symbol(symbol), timeframe)
      let id = try ModelsCommand.find(id, series, frame, common.store)
      let bundle = try common.store.read(series, frame, id: id)
      let model = try NodeModel(bundle)
      if let onnx {
        guard let forecast = model.forecast else {
          throw Failure(
            "\(id.prefix(12)) of \(series) \(frame) has no forecast, so there is nothing for ONNX; "
              + "--safetensors writes its regime model")
        }
        let metadata = Export.metadata(bundle.manifest, model).sorted { $0.key < $1.key }
          .filter { !["features", "states", "mode"].contains($0.key) }
        try TextFile.write(
          forecast.onnx(
            features: bundle.manifest.features, states: model.regime.names,
            producer: "regimefolio \(softwareVersion)",
            metadata: metadata.map { (name: $0.key, value: $0.value) }), to: onnx)
      }
      if let safetensors {
        try TextFile.write(
          Safetensors.encode(bundle.tensors, metadata: Export.metadata(bundle.manifest, model)),
          to: safetensors)
      }
      let files = [safetensors, onnx].compactMap { $0 }
      if common.json {
        try Output.text(
          JSONValue.object([
            "id": .string(id), "files": .array(files.map { .string($0) }),
          ]).text)
      } else {
        for file in files { try Output.line("\(series) \(frame) \(id.prefix(12)): wrote \(file)") }
      }
    }

    /// What the tensors do not say.
    private static func metadata(
      _ manifest: BundleManifest, _ model: NodeModel
    ) -> [String: String] {
      var metadata = [
        "series": manifest.series, "timeframe": manifest.timeframe, "id": manifest.id,
        "observations": manifest.regimeObservations.joined(separator: ","),
        "covariance": model.regime.hmm.covariance.type.rawValue,
        "states": model.regime.names.joined(separator: ","),
        "trained_to": manifest.training.to,
      ]
      if let forecast = model.forecast {
        metadata["features"] = manifest.features.joined(separator: ",")
        metadata["inputs"] = "tanh((feature - scaler.mean) / scaler.scale / 1.5)"
        metadata["mode"] = forecast.mode.canonical
        metadata["networks"] = String(forecast.members.count)
      }
      return metadata
    }
  }
}
