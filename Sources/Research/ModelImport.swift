import Indicators
import Kernels
import Market
public import Models
public import SignalGraph

/// Makes a node's serving bundle of models that another program has trained.
///
/// A part that no file gives is taken from a bundle of the node: the networks, the regime model, the
/// features' scaler. What stands in the bundle is checked against the portfolio's settings, so that it
/// serves like one trained here.
public struct ModelImport: Sendable {
  /// Files of networks, one a member of the ensemble or all in one; with their SHA-256.
  public var networks: [(tensors: ImportedTensors, digest: String)] = []
  /// A file of hmmlearn's parameters, with its SHA-256.
  public var regime: (tensors: ImportedTensors, digest: String)?
  /// The bundle that gives the other parts.
  public var base: ModelBundle?

  public init() {}

  /// Returns the bundle of a node.
  ///
  /// Imported states are put into the portfolio's order. Networks that come in the same import read
  /// the regimes in the order of the file, so their weights are permuted alike. Imported networks
  /// forecast alone: no ridge is averaged in.
  public func bundle(
    _ portfolio: Portfolio, _ key: NodeKey, plan: TrainingPlan, table: NodeTable, file: String
  ) throws -> ModelBundle {
    guard
      let job = plan.jobs.first(where: {
        $0.fold.kind == .serving && $0.requests.contains { $0.key == key }
      }), let request = job.requests.first(where: { $0.key == key })
    else {
      throw ModelImportError.lacking(
        part: "a serving model of \(key)", mend: "\(file) has no such node, or too few bars for it")
    }
    if let base, let difference = request.firstDifference(from: base.manifest.spec) {
      throw ResearchError.servingModelDiffers(key, setting: difference, portfolio: file)
    }
    let old = try base.map { bundle throws(BundleError) in try NodeModel(bundle) }
    let (regime, permutation) = try regimeModel(portfolio, key, table, window: job.window, old)
    var model = NodeModel(
      symbol: key.symbol, timeframe: key.timeframe, regime: regime,
      variance: try variance(table, job.window, old), forecast: nil)
    if job.withForecast {
      model.forecast = try forecast(portfolio, key, permutation, states: regime.states, old)
      model = model.describingForecasts(
        of: table, from: job.window.stopFrom, to: job.window.to, enter: portfolio.regime.enter)
    } else if let first = networks.first {
      throw ModelImportError.misfit(
        file: first.tensors.file, what: "a network", found: "given",
        expected: "no mean forecast of \(key)", key: "timeframes or forecast.min_bars")
    }
    return ModelBundle(
      manifest: manifest(request, model, window: job.window), tensors: model.tensors)
  }

  private func regimeModel(
    _ portfolio: Portfolio, _ key: NodeKey, _ table: NodeTable, window: TrainingWindow,
    _ old: NodeModel?
  ) throws(ModelImportError) -> (model: RegimeModel, permutation: [Int]) {
    guard let (tensors, _) = regime else {
      guard let old else {
        throw .lacking(
          part: "the regime model of \(key)",
          mend: "add --hmm FILE, or train the node first and import over it")
      }
      return (old.regime, Array(0..<old.regime.states))
    }
    let given = try tensors.regimeModel()
    let settings = portfolio.regime
    guard settings.states.candidates.contains(given.states) else {
      throw .misfit(
        file: tensors.file, what: "regime model", found: "\(given.states) states",
        expected: "\(settings.states)", key: "regime.states")
    }
    let type = given.hmm.covariance.type
    guard type == settings.covariance else {
      throw .misfit(
        file: tensors.file, what: "covariances", found: type.rawValue,
        expected: settings.covariance.rawValue, key: "regime.covariance")
    }
    let rows = table.regimeRows(in: window).filter {
      $0.observation?.allSatisfy(\.isFinite) ?? false
    }
    let observations = rows.compactMap(\.observation)
    let width = observations.first?.count ?? 0
    guard given.hmm.dimensions == width else {
      throw .misfit(
        file: tensors.file, what: "regime model", found: "\(given.hmm.dimensions) variables",
        expected: "\(width)", key: "regime.observations")
    }
    return given.ordered(
      by: settings.stateOrder, observations: Matrix(rows: observations),
      returns: rows.map { $0.logReturn ?? 0 })
  }

  private func forecast(
    _ portfolio: Portfolio, _ key: NodeKey, _ permutation: [Int], states: Int, _ old: NodeModel?
  ) throws(ModelImportError) -> ForecastModel {
    let settings = portfolio.forecast
    guard !networks.isEmpty else {
      guard var kept = old?.forecast else {
        throw .lacking(
          part: "the forecast of \(key)",
          mend: "add --lstm FILE, or train the node first and import over it")
      }
      guard kept.members[0].shape.regimes == states else {
        throw .lacking(
          part: "networks for \(states) regimes",
          mend: "those of the bundle read \(kept.members[0].shape.regimes); add --lstm FILE")
      }
      kept.deviation = 0
      kept.persistence = 0
      return kept
    }
    let mode = PoolTraining(portfolio).mode
    var members: [LSTMNetwork] = []
    var scaler = old?.forecast?.scaler
    let features = portfolio.features.spec(for: key.timeframe)
    for (tensors, _) in networks {
      for network in try tensors.networks(regimes: states) {
        try check(network.shape, settings, inputs: features.count, file: tensors.file)
        members.append(network.permutingRegimes(permutation))
      }
      scaler = try tensors.scaler() ?? scaler
    }
    let file = networks[0].tensors.file
    let wanted = settings.members(key.timeframe)
    guard members.count == wanted else {
      throw .misfit(
        file: file, what: "networks", found: "\(members.count)", expected: "\(wanted)",
        key: "forecast.seeds")
    }
    guard let scaler else {
      throw .lacking(
        part: "the scaler of the features",
        mend: "put scaler.mean and scaler.scale (float64) into \(file), or import over a bundle")
    }
    guard scaler.columns == features.count else {
      throw .misfit(
        file: file, what: "scaler", found: "\(scaler.columns) features",
        expected: "\(features.count)", key: "features")
    }
    return ForecastModel(
      scaler: scaler, members: members, mode: mode, maxGap: portfolio.maxGap, ridge: nil,
      deviation: 0, persistence: 0)
  }

  private func check(
    _ shape: LSTMShape, _ settings: ForecastSettings, inputs: Int, file: String
  ) throws(ModelImportError) {
    for (what, found, expected, key) in [
      ("inputs", shape.inputs, inputs, "features"),
      ("units of a layer", shape.hidden, settings.hidden, "forecast.hidden"),
      ("LSTM layers", shape.layers, settings.layers, "forecast.layers"),
      ("hidden units of the head", shape.headHidden, settings.headHidden, "head.hidden"),
    ] where found != expected {
      throw .misfit(
        file: file, what: what, found: "\(found)", expected: "\(expected)", key: key)
    }
  }

  /// The bundle's variance model, else an EWMA whose decay is fitted to the returns as in training.
  private func variance(_ table: NodeTable, _ window: TrainingWindow, _ old: NodeModel?)
    throws(ResearchError) -> VarianceModel
  {
    if let old { return old.variance }
    guard let decay = EWMAVariance.decay(fittedTo: table.returns(in: window)) else {
      throw .training(.noReturns(symbol: table.symbol, timeframe: table.timeframe))
    }
    return VarianceModel(decay: decay)
  }

  /// What was imported, now or into the base and kept, is part of the request, and so of the id.
  private func manifest(
    _ request: ModelRequest, _ model: NodeModel, window: TrainingWindow
  ) -> BundleManifest {
    var spec = request.values
    for (index, file) in networks.enumerated() {
      spec["import.lstm.\(index).sha256"] = file.digest
    }
    spec["import.hmm.sha256"] = regime?.digest
    for (name, digest) in base?.manifest.spec ?? [:] {
      let isKept =
        name.hasPrefix("import.lstm.")
        ? networks.isEmpty && model.forecast != nil
        : name.hasPrefix("import.hmm.") && regime == nil
      if isKept { spec[name] = digest }
    }
    spec["import.base"] = base?.manifest.id
    var sha = SHA256()
    for name in spec.keys.sorted() { sha.update("\(name)=\(spec[name] ?? "")") }
    var metrics = ["regime.states": Double(model.regime.states)]
    if regime == nil, let old = base?.manifest.metrics.inSample {
      metrics.merge(old.filter { $0.key.hasPrefix("regime.") }) { $1 }
    }
    return BundleManifest(
      id: sha.hex(), series: request.key.symbol.name, timeframe: request.key.timeframe.name,
      spec: spec, features: request.features.names,
      scaling: model.forecast.map { BundleManifest.Scaling($0.scaler) },
      training: BundleManifest.TrainingRange(
        from: window.from?.description ?? "start", to: window.to.description),
      dataDigests: spec.filter { $0.key.hasPrefix("digest.") },
      metrics: BundleManifest.Metrics(inSample: metrics),
      variance: base?.manifest.variance
        ?? VarianceChoice(method: model.variance.method, reason: "an import fits none"),
      softwareVersion: softwareVersion)
  }
}
