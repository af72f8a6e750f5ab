import Foundation
import Indicators
import Kernels
import Market
import Models
import SignalGraph

/// Bundles by request: the id is the request's hash, the specification goes into the manifest.
extension ModelStore {
  /// Whether the request's models are there, intact.
  func contains(_ request: ModelRequest) -> Bool {
    contains(request.key.symbol, request.key.timeframe, id: request.id)
  }

  /// Reads the models of a request, nil where there are none.
  func readBundle(_ request: ModelRequest) throws(BundleError) -> FoldModels.Bundle? {
    do {
      let bundle = try read(request.key.symbol, request.key.timeframe, id: request.id)
      return FoldModels.Bundle(
        id: request.id, model: try NodeModel(bundle),
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
    try write(ModelBundle(manifest: manifest, tensors: fit.model.tensors))
  }
}

extension NodeModel {
  /// Reads the node out of a bundle; what the tensors do not say stands in the manifest's spec.
  public init(_ bundle: ModelBundle) throws(BundleError) {
    let spec = bundle.manifest.spec
    func integer(_ key: String) throws(BundleError) -> Int {
      guard let value = spec[key].flatMap({ Int($0) }) else {
        throw .unusableTensor(name: "manifest spec \(key)", reason: "it is missing")
      }
      return value
    }
    guard let timeframe = Timeframe(bundle.manifest.timeframe) else {
      throw .unusableTensor(
        name: "manifest timeframe", reason: "\(bundle.manifest.timeframe) is none")
    }
    let symbol = Symbol(bundle.manifest.series)
    let variance = try VarianceModel(
      tensors: bundle.tensors, hidden: spec["variance.hidden"].flatMap { Int($0) },
      headHidden: spec["variance.head"].flatMap { Int($0) },
      members: spec["variance.seeds"].flatMap { Int($0) } ?? 0)
    guard spec["forecast"] != "none" else {
      try self.init(
        symbol: symbol, timeframe: timeframe, tensors: bundle.tensors, shape: nil, members: 0,
        mode: .windowed(length: 1), withRidge: false, variance: variance)
      return
    }
    let shape = LSTMShape(
      inputs: bundle.manifest.features.count, hidden: try integer("forecast.hidden"),
      layers: try integer("forecast.layers"), regimes: try NodeModel.regimes(bundle),
      headHidden: try integer("head.hidden"))
    let mode: ForecastMode =
      spec["forecast.mode"] == ForecastSettings.Mode.windowed.rawValue
      ? .windowed(length: try integer("forecast.window"))
      : .dense(chunk: try integer("forecast.chunk"), burnIn: try integer("forecast.burn_in"))
    try self.init(
      symbol: symbol, timeframe: timeframe, tensors: bundle.tensors, shape: shape,
      members: try integer("forecast.seeds"), mode: mode,
      withRidge: bundle.tensors.contains { $0.name.hasPrefix("ridge.") }, variance: variance)
  }

  /// The number of states: the request's where it fixes one, else what the fit chose.
  private static func regimes(_ bundle: ModelBundle) throws(BundleError) -> Int {
    let found = try RegimeModel(tensors: bundle.tensors).states
    let asked = bundle.manifest.spec["regime.states"].flatMap { RegimeStates($0) }
    guard let asked else {
      throw .unusableTensor(name: "manifest spec regime.states", reason: "it is missing")
    }
    guard asked.candidates.contains(found) else {
      throw .unusableTensor(name: "hmm.start", reason: "it has \(found) states, not \(asked)")
    }
    return found
  }
}

/// What the program calls itself in bundles and reports.
public let softwareVersion = "0.1.0"
