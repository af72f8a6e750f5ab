import Market
public import Models

extension NodeModel {
  /// Reads the node out of a bundle; what the tensors do not say stands in the manifest's spec.
  ///
  /// Whoever wrote the bundle, its numbers are within what a training can give and its parts fit each
  /// other, or the first flaw is thrown as `BundleError.unusableTensor`.
  public init(_ bundle: ModelBundle) throws(BundleError) {
    do throws(BundleError) {
      self = try NodeModel.read(bundle)
    } catch {
      guard case .unusableTensor(let name, let reason) = error else { throw error }
      throw .unusableTensor(name: "\(name) of \(bundle.manifest.place)", reason: reason)
    }
  }

  private static func read(_ bundle: ModelBundle) throws(BundleError) -> NodeModel {
    let (manifest, tensors) = (bundle.manifest, bundle.tensors)
    guard let timeframe = Timeframe(manifest.timeframe) else {
      throw .unusableTensor(
        name: "manifest timeframe", reason: "\(manifest.timeframe) is none")
    }
    let states = try states(of: bundle)
    let inputs = try inputs(manifest)
    let hasNetwork = tensors.contains { $0.name.hasPrefix("variance.member.") }
    let variance = try VarianceModel(
      tensors: tensors, timeframe: timeframe,
      hidden: hasNetwork ? try manifest.integer("variance.hidden", in: LSTMShape.hiddenUnits) : nil,
      headHidden: hasNetwork ? try manifest.integer("variance.head", in: LSTMShape.headUnits) : nil,
      members: hasNetwork ? try manifest.integer("variance.seeds", in: 1...100) : 0)
    guard manifest.spec["forecast"] != "none" else {
      return try NodeModel(
        symbol: Symbol(manifest.series), timeframe: timeframe, tensors: tensors, shape: nil,
        members: 0, mode: .windowed(length: 1), maxGap: 0, withRidge: false, variance: variance)
    }
    let shape = LSTMShape(
      inputs: inputs, hidden: try manifest.integer("forecast.hidden", in: LSTMShape.hiddenUnits),
      layers: try manifest.integer("forecast.layers", in: LSTMShape.layerCounts), regimes: states,
      headHidden: try manifest.integer("head.hidden", in: LSTMShape.headUnits))
    let mode: ForecastMode =
      manifest.spec["forecast.mode"] == ForecastSettings.Mode.windowed.rawValue
      ? .windowed(length: try manifest.integer("forecast.window", in: 2...100_000))
      : .dense(
        chunk: try manifest.integer("forecast.chunk", in: 2...100_000),
        burnIn: try manifest.integer("forecast.burn_in", in: 0...100_000))
    return try NodeModel(
      symbol: Symbol(manifest.series), timeframe: timeframe, tensors: tensors, shape: shape,
      members: try manifest.integer("forecast.seeds", in: 1...100), mode: mode,
      maxGap: try manifest.integer("model.max_gap", in: 0...1000),
      withRidge: tensors.contains { $0.name.hasPrefix("ridge.") }, variance: variance)
  }

  /// The number of states: the request's where it fixes one, else what the fit chose. They are over the
  /// request's observations.
  private static func states(of bundle: ModelBundle) throws(BundleError) -> Int {
    let hmm = try RegimeModel(tensors: bundle.tensors).hmm
    let text = bundle.manifest.spec["regime.states"]
    guard let asked = text.flatMap({ RegimeStates($0) }) else {
      throw .unusableTensor(
        name: "manifest spec regime.states", reason: "it is \(text ?? "missing")")
    }
    guard asked.candidates.contains(hmm.states) else {
      throw .unusableTensor(name: "hmm.start", reason: "it has \(hmm.states) states, not \(asked)")
    }
    let observations = bundle.manifest.regimeObservations
    guard hmm.dimensions == observations.count else {
      throw .unusableTensor(
        name: "hmm.means",
        reason: "they are of \(hmm.dimensions) variables, the manifest names \(observations.count)")
    }
    return hmm.states
  }

  /// The number of features, which are those of the request.
  private static func inputs(_ manifest: BundleManifest) throws(BundleError) -> Int {
    let asked = manifest.spec["features"]?.split(separator: ":", maxSplits: 1).last
    guard !manifest.features.isEmpty, asked == manifest.features.joined(separator: ",")[...] else {
      throw .unusableTensor(name: "manifest features", reason: "they are not those of its spec")
    }
    return manifest.features.count
  }
}

extension BundleManifest {
  /// Which bundle it is, in words.
  var place: String { "\(series) \(timeframe) \(id.prefix(12))" }

  /// A whole number of the specification.
  fileprivate func integer(
    _ key: String, in range: ClosedRange<Int>
  ) throws(BundleError) -> Int {
    guard let text = spec[key] else {
      throw .unusableTensor(name: "manifest spec \(key)", reason: "it is missing")
    }
    guard let value = Int(text), range.contains(value) else {
      throw .unusableTensor(
        name: "manifest spec \(key)",
        reason: "it is \(text), not within \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }
}
