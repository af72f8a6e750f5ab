import Kernels
import Market

/// Fits the models of the nodes that share one set of forecast weights.
///
/// With `forecast.scope: timeframe` a pool is all symbols of a timeframe, with `node` each symbol is
/// its own pool. Regimes, scalers, variances and ridges belong to the node either way.
public struct PoolTraining: Sendable {
  public var regime: RegimeSettings
  public var forecast: ForecastSettings
  public var variance: VarianceSettings
  public var seed: UInt64
  /// Missing slots that a training chunk may contain.
  public var maxGap: Int
  /// Observations below which no regime model is fitted.
  public var minimumBars: Int

  public init(
    regime: RegimeSettings, forecast: ForecastSettings,
    variance: VarianceSettings = VarianceSettings(), seed: UInt64, maxGap: Int, minimumBars: Int
  ) {
    self.regime = regime
    self.forecast = forecast
    self.variance = variance
    self.seed = seed
    self.maxGap = maxGap
    self.minimumBars = minimumBars
  }

  /// Fits one pool on what is known up to the window's end.
  /// - Parameters:
  ///   - tables: one a symbol, sorted by symbol, one timeframe.
  ///   - withForecast: whether there is history enough for a mean forecast.
  ///   - withVariance: whether the settings' variance model is fitted, or the EWMA variance alone.
  /// - Returns: one fit a table, in their order.
  public func fit(
    _ tables: [NodeTable], window: TrainingWindow, withForecast: Bool, withVariance: Bool = true
  ) throws(TrainingError) -> [NodeFit] {
    var fits: [NodeFit] = []
    if withForecast {
      fits = try fitWithForecast(tables, window: window)
    } else {
      // Nodes that share no forecast choose their number of states by themselves.
      for table in tables {
        let (parts, choice) = try RegimePart.fitted(
          [table], window: window, settings: regime, seed: seed, minimumBars: minimumBars)
        fits.append(node(table, parts[0], choice, forecast: nil, metrics: [:]))
      }
    }
    guard withVariance else { return fits }
    let variances = try VarianceTraining(settings: variance, seed: seed, maxGap: maxGap).fit(
      tables, decays: fits.map(\.model.variance.decay), window: window,
      scope: forecast.scope == .node ? [tables[0].symbol.name] : [])
    for (index, fitted) in variances.enumerated() {
      fits[index].model.variance = fitted.model
      fits[index].varianceChoice = fitted.choice
      fits[index].metrics.merge(fitted.metrics) { $1 }
    }
    return fits
  }

  private func fitWithForecast(_ tables: [NodeTable], window: TrainingWindow)
    throws(TrainingError) -> [NodeFit]
  {
    let (parts, choice) = try RegimePart.fitted(
      tables, window: window, settings: regime, seed: seed, minimumBars: minimumBars)
    let samples = zip(tables, parts).map { table, part in
      ForecastSamples(
        table, regime: part, window: window, enter: regime.enter,
        targetClip: forecast.targetClip, maxGap: maxGap)
    }
    let (members, metrics) = try fitMembers(
      samples, states: choice.states, tables: tables, window: window)
    var fits: [NodeFit] = []
    for ((table, part), sample) in zip(zip(tables, parts), samples) {
      let model = ForecastModel(
        scaler: sample.scaler, members: members, mode: mode, ridge: ridge(sample, window),
        deviation: 0, persistence: 0)
      fits.append(node(table, part, choice, forecast: model, metrics: metrics))
    }
    describeForecasts(&fits, tables: tables, window: window)
    return fits
  }

  /// How the settings' mode is served and trained.
  public var mode: ForecastMode {
    switch forecast.mode {
    case .dense: .dense(chunk: forecast.chunk, burnIn: forecast.burnIn)
    case .windowed: .windowed(length: forecast.window)
    }
  }

  private func node(
    _ table: NodeTable, _ part: RegimePart, _ choice: StateChoice, forecast: ForecastModel?,
    metrics: [String: Double]
  ) -> NodeFit {
    NodeFit(
      model: NodeModel(
        symbol: table.symbol, timeframe: table.timeframe, regime: part.model,
        variance: VarianceModel(decay: part.varianceDecay), forecast: forecast),
      regimeFit: part.fit, stateChoice: choice,
      metrics: metrics.merging(part.metrics(choice)) { $1 })
  }

  /// Trains the ensemble on all symbols of the pool together.
  private func fitMembers(
    _ samples: [ForecastSamples], states: Int, tables: [NodeTable], window: TrainingWindow
  ) throws(TrainingError) -> (members: [LSTMNetwork], metrics: [String: Double]) {
    let timeframe = tables[0].timeframe
    let context = max(forecast.chunk, forecast.window)
    let training = samples.flatMap { $0.training(window) }
    let stopping = samples.flatMap { $0.stopping(window, context: context) }
    let shape = LSTMShape(
      inputs: samples[0].scaler.columns, hidden: forecast.hidden, layers: forecast.layers,
      regimes: states, headHidden: forecast.headHidden)
    var options = LSTMTrainingOptions()
    options.mode = mode
    options.dropout = Float(forecast.dropout)
    options.weightDecay = forecast.weightDecay
    options.rate = forecast.rate
    options.clipNorm = Float(forecast.clipNorm)
    options.batch = forecast.batch
    options.maxEpochs = forecast.epochs
    options.patience = forecast.patience
    var members: [LSTMNetwork] = []
    var metrics: [String: Double] = [:]
    let scope = forecast.scope == .node ? [tables[0].symbol.name] : []
    for member in 0..<forecast.members(timeframe) {
      let path = scope + [timeframe.name, window.to.description, "member \(member)"]
      do {
        let fit = try LSTMNetwork.fit(
          training: training, validation: stopping, shape: shape, options: options,
          random: CounterRandom(seed: seed, path: path))
        members.append(fit.network)
        metrics["member.\(member).best_epoch"] = Double(fit.bestEpoch)
        metrics["member.\(member).stopping_loss"] = Double(fit.validationLoss[fit.bestEpoch - 1])
      } catch {
        throw .forecast(timeframe: timeframe, error)
      }
    }
    return (members, metrics)
  }

  /// The node's ridge; its penalty is chosen on the early-stopping part.
  private func ridge(_ sample: ForecastSamples, _ window: TrainingWindow) -> Ridge? {
    guard forecast.ridge else { return nil }
    let from = window.from ?? .distantPast
    let training = sample.pairs { step in
      step.knownAt > from && step.outcomeAt.map { $0 <= window.trainTo } ?? false
    }
    let stopping = sample.pairs { $0.knownAt >= window.stopFrom }
    return Ridge.fit(
      training: (Matrix(rows: training.inputs), training.targets),
      validation: (Matrix(rows: stopping.inputs), stopping.targets))
  }

  /// Writes into each model how its forecasts vary and persist over the early-stopping part, and
  /// into the figures how far its members are apart there.
  private func describeForecasts(
    _ fits: inout [NodeFit], tables: [NodeTable], window: TrainingWindow
  ) {
    var moments = ForecastMoments()
    for (index, table) in tables.enumerated() {
      var inference = NodeInference(fits[index].model, enter: regime.enter)
      var forecasts: [Double] = []
      var spreads = 0.0
      for row in table.rows.prefix(table.countKnown(at: window.to)) {
        guard let output = inference.update(row), let forecast = output.forecast,
          row.knownAt >= window.stopFrom
        else { continue }
        forecasts.append(forecast)
        spreads += output.spread ?? 0
      }
      fits[index].model.forecast?.deviation = moments.add(forecasts)
      if let members = fits[index].model.forecast?.members.count, members > 1, !forecasts.isEmpty {
        fits[index].metrics["ensemble.spread"] = spreads / Double(forecasts.count)
      }
    }
    for index in fits.indices { fits[index].model.forecast?.persistence = moments.persistence }
  }
}
