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
        included; its inputs are the features in natural units and the regime probabilities. The variance \
        is a graph of its own, whose inputs are the columns 'variance_reading' of 'models trace'. What \
        they mean stands in the metadata of each.
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe
    @Argument(help: "The id or its beginning; without one the bundle that serves.") var id: String?

    @Option(help: "Write all tensors to this file.")
    var safetensors: String?

    @Option(help: "Write the forecast to this file.")
    var onnx: String?

    @Option(help: "Write the variance forecast to this file.")
    var onnxVariance: String?

    func validate() throws {
      guard safetensors != nil || onnx != nil || onnxVariance != nil else {
        throw ValidationError(
          "name a file: --safetensors FILE, --onnx FILE, --onnx-variance FILE or several of them")
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
            "\(id.prefix(12)) of \(series) \(frame) has no forecast, so there is nothing for --onnx; "
              + "--onnx-variance writes its variance, --safetensors its regime model")
        }
        let metadata = Export.metadata(bundle.manifest, model).sorted { $0.key < $1.key }
          .filter { !["features", "states", "mode"].contains($0.key) }
        try TextFile.write(
          forecast.onnx(
            features: bundle.manifest.features, states: model.regime.names,
            producer: Export.producer,
            metadata: metadata.map { (name: $0.key, value: $0.value) }), to: onnx)
      }
      if let onnxVariance {
        try TextFile.write(
          model.variance.onnx(
            timeframe: frame, producer: Export.producer,
            metadata: Export.origin(bundle.manifest).sorted { $0.key < $1.key }
              .map { (name: $0.key, value: $0.value) }), to: onnxVariance)
      }
      if let safetensors {
        try TextFile.write(
          Safetensors.encode(bundle.tensors, metadata: Export.metadata(bundle.manifest, model)),
          to: safetensors)
      }
      let files = [safetensors, onnx, onnxVariance].compactMap { $0 }
      if common.json {
        try Output.text(
          JSONValue.object([
            "id": .string(id), "files": .array(files.map { .string($0) }),
          ]).text)
      } else {
        for file in files { try Output.line("\(series) \(frame) \(id.prefix(12)): wrote \(file)") }
      }
    }

    private static let producer = "regimefolio \(softwareVersion)"

    /// Where a bundle comes from.
    private static func origin(_ manifest: BundleManifest) -> [String: String] {
      [
        "series": manifest.series, "timeframe": manifest.timeframe, "id": manifest.id,
        "trained_to": manifest.training.to,
      ]
    }

    /// What the tensors do not say.
    private static func metadata(
      _ manifest: BundleManifest, _ model: NodeModel
    ) -> [String: String] {
      var metadata = origin(manifest)
      metadata["observations"] = manifest.regimeObservations.joined(separator: ",")
      metadata["covariance"] = model.regime.hmm.covariance.type.rawValue
      metadata["states"] = model.regime.names.joined(separator: ",")
      if let forecast = model.forecast {
        metadata["features"] = manifest.features.joined(separator: ",")
        metadata["inputs"] = "tanh((feature - scaler.mean) / scaler.scale / 1.5)"
        metadata["mode"] = forecast.mode.canonical
        metadata["networks"] = String(forecast.members.count)
        if case .windowed = forecast.mode { metadata["max_gap"] = String(forecast.maxGap) }
      }
      return metadata
    }
  }
}
