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
  /// Missing slots before a bar that a chunk or a window may run over.
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
  ///   - parents: networks of the fold before, which the members start from; empty draws them.
  /// - Returns: one fit a table, in their order.
  /// - Throws: `TrainingError`, or `CancellationError` if the task was cancelled.
  public func fit(
    _ tables: [NodeTable], window: TrainingWindow, withForecast: Bool, withVariance: Bool = true,
    parents: [LSTMNetwork] = [], in context: FitContext = FitContext()
  ) async throws -> [NodeFit] {
    // Nodes that share no forecast choose their number of states by themselves.
    let groups = withForecast ? [tables] : tables.map { [$0] }
    let regimes = try await RegimePart.fitted(
      groups, window: window, settings: regime, seed: seed, minimumBars: minimumBars, in: context)
    var fits: [NodeFit] = []
    if withForecast {
      fits = try await fitForecast(tables, regimes[0], window, parents, context)
    } else {
      for (table, fitted) in zip(tables, regimes) {
        fits.append(node(table, fitted.parts[0], fitted.choice, forecast: nil, metrics: [:]))
      }
    }
    guard withVariance else { return fits }
    let variances = try await VarianceTraining(settings: variance, seed: seed, maxGap: maxGap).fit(
      tables, decays: fits.map(\.model.variance.decay), window: window,
      scope: forecast.scope == .node ? [tables[0].symbol.name] : [], in: context)
    for (index, fitted) in variances.enumerated() {
      fits[index].model.variance = fitted.model
      fits[index].varianceChoice = fitted.choice
      fits[index].metrics.merge(fitted.metrics) { $1 }
    }
    return fits
  }

  private func fitForecast(
    _ tables: [NodeTable], _ regimes: RegimePart.Group, _ window: TrainingWindow,
    _ parents: [LSTMNetwork], _ context: FitContext
  ) async throws -> [NodeFit] {
    for table in tables where table.trainingFeatures(in: window).isEmpty {
      throw TrainingError.noFeatures(
        symbol: table.symbol, timeframe: table.timeframe, by: window.trainTo)
    }
    let (parts, choice) = (regimes.parts, regimes.choice)
    let (slots, rank) = (context.slots, context.rank)
    let nodes = Array(tables.indices)
    let samples = try await slots.map(nodes, rank: rank) { index in
      ForecastSamples(
        tables[index], regime: parts[index], window: window, enter: regime.enter,
        targetClip: forecast.targetClip, maxGap: maxGap)
    }
    let (members, metrics) = try await fitMembers(
      samples, states: choice.states, parents: parents, tables: tables, window: window,
      in: context)
    var fits = try await slots.map(nodes, rank: rank) { index in
      let model = ForecastModel(
        scaler: samples[index].scaler, members: members, mode: mode, maxGap: maxGap,
        ridge: ridge(samples[index], window), deviation: 0, persistence: 0)
      return node(tables[index], parts[index], choice, forecast: model, metrics: metrics)
    }
    let models = fits.map(\.model)
    let said = try await slots.map(nodes, rank: rank) { index in
      stoppingForecasts(models[index], tables[index], window)
    }
    describeForecasts(&fits, said)
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
    _ samples: [ForecastSamples], states: Int, parents: [LSTMNetwork], tables: [NodeTable],
    window: TrainingWindow, in context: FitContext
  ) async throws -> (members: [LSTMNetwork], metrics: [String: Double]) {
    let timeframe = tables[0].timeframe
    let warmUp = max(forecast.chunk, forecast.window)
    let shape = LSTMShape(
      inputs: samples[0].scaler.columns, hidden: forecast.hidden, layers: forecast.layers,
      regimes: states, headHidden: forecast.headHidden)
    let ensemble = EnsembleTraining(
      training: samples.flatMap { $0.training(window) },
      validation: samples.flatMap { $0.stopping(window, context: warmUp) }, shape: shape,
      options: forecast.trainingOptions(mode), initial: parents)
    let scope = forecast.scope == .node ? [tables[0].symbol.name] : []
    let fits: [LSTMFit]
    do {
      fits = try await ensemble.fits(
        forecast.members(timeframe), named: "member", in: context
      ) { member in
        CounterRandom(
          seed: seed,
          path: scope + [timeframe.name, window.to.description, "member \(member)"])
      }
    } catch let error as LSTMError {
      throw TrainingError.forecast(timeframe: timeframe, error)
    }
    var metrics: [String: Double] = [:]
    for (member, fit) in fits.enumerated() {
      metrics["member.\(member).best_epoch"] = Double(fit.bestEpoch)
      metrics["member.\(member).stopping_loss"] = Double(fit.validationLoss[fit.bestEpoch - 1])
    }
    return (fits.map(\.network), metrics)
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

  /// A node's forecasts over the early-stopping part.
  private struct Said: Sendable {
    var forecasts: [Double] = []
    /// How far the members are apart, summed.
    var spreads = 0.0
  }

  private func stoppingForecasts(
    _ model: NodeModel, _ table: NodeTable, _ window: TrainingWindow
  ) -> Said {
    var inference = NodeInference(model, enter: regime.enter)
    var said = Said()
    for row in table.rows.prefix(table.countKnown(at: window.to)) {
      guard let output = inference.update(row), let forecast = output.forecast,
        row.knownAt >= window.stopFrom, !window.isShut(row.knownAt, row.knownAt)
      else { continue }
      said.forecasts.append(forecast)
      said.spreads += output.spread ?? 0
    }
    return said
  }

  /// Writes into each model how its forecasts vary and persist, and into the figures how far its
  /// members are apart.
  private func describeForecasts(_ fits: inout [NodeFit], _ said: [Said]) {
    var moments = ForecastMoments()
    for (index, (forecasts, spreads)) in said.map({ ($0.forecasts, $0.spreads) }).enumerated() {
      fits[index].model.forecast?.deviation = moments.add(forecasts)
      if let members = fits[index].model.forecast?.members.count, members > 1, !forecasts.isEmpty {
        fits[index].metrics["ensemble.spread"] = spreads / Double(forecasts.count)
      }
    }
    for index in fits.indices { fits[index].model.forecast?.persistence = moments.persistence }
  }
}
