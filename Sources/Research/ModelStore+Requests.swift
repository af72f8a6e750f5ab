import Indicators
import Kernels
import Market
import Models
import SignalGraph

/// Bundles by request: the id is the request's hash, the specification goes into the manifest.
extension ModelStore {
  /// Whether the request's models are there, intact.
  func contains(_ request: ModelRequest) -> Bool {
    contains(
      request.key.symbol, request.key.timeframe, id: request.id, where: request.isAnswered(by:))
  }

  /// Reads the models of a request, nil where there are none.
  func readBundle(_ request: ModelRequest) throws(BundleError) -> FoldModels.Bundle? {
    do {
      let bundle = try read(request.key.symbol, request.key.timeframe, id: request.id)
      return FoldModels.Bundle(
        id: request.id, model: try request.model(in: bundle),
        trainedTo: Timestamp(iso: bundle.manifest.training.to),
        varianceChoice: bundle.manifest.variance,
        regimeGain: bundle.manifest.regimeGainPerBar)
    } catch {
      if case .missing = error { return nil }
      throw error
    }
  }

  /// Writes what was fitted for a request.
  func write(_ fit: NodeFit, for request: ModelRequest) throws(BundleError) {
    let spec = request.values
    let manifest = BundleManifest(
      id: request.id, series: request.key.symbol.name, timeframe: request.key.timeframe.name,
      spec: spec, features: request.features.names,
      scaling: fit.model.forecast.map { BundleManifest.Scaling($0.scaler) },
      training: BundleManifest.TrainingRange(
        from: spec["window.from"] ?? "", to: spec["window.to"] ?? ""),
      dataDigests: spec.filter { $0.key.hasPrefix("digest.") },
      metrics: BundleManifest.Metrics(inSample: fit.metrics), variance: fit.varianceChoice,
      softwareVersion: softwareVersion)
    try write(
      ModelBundle(manifest: manifest, tensors: fit.model.tensors), keeping: request.isAnswered(by:))
  }
}

extension ModelRequest {
  /// The models that a bundle holds. Throws `BundleError.unusableTensor` if they are of another request, or
  /// none.
  fileprivate func model(in bundle: ModelBundle) throws(BundleError) -> NodeModel {
    guard bundle.manifest.spec == values else {
      throw .unusableTensor(
        name: "manifest spec of \(bundle.manifest.place)",
        reason: "it is not the one that the id is the hash of")
    }
    return try NodeModel(bundle)
  }

  /// Whether a bundle, itself intact, holds the models; one that does not is trained again.
  fileprivate func isAnswered(by bundle: ModelBundle) -> Bool {
    do throws(BundleError) {
      _ = try model(in: bundle)
      return true
    } catch {
      return false
    }
  }
}

/// What the program calls itself in bundles and reports.
public let softwareVersion = "0.2.0"
