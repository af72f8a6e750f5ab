import Kernels
import Market

/// Fits the variance models of the nodes that share one network.
///
/// The regression belongs to the node and reads the whole window; the network is trained on all of
/// them together, stopped early, on the next bar's range variance over the EWMA variance with the
/// QLIKE loss, which names the expected range; the node's `level` makes it that of squared returns.
struct VarianceTraining: Sendable {
  var settings: VarianceSettings
  var seed: UInt64
  var maxGap: Int

  /// A node's model, and how it came about.
  struct Fit: Sendable {
    var model: VarianceModel
    var choice: VarianceChoice
    var metrics: [String: Double] = [:]
  }

  /// - Parameters:
  ///   - tables: one a symbol, sorted by symbol, one timeframe.
  ///   - decays: of the nodes' EWMA variances.
  ///   - scope: what the random numbers are drawn by, beside timeframe and window.
  func fit(
    _ tables: [NodeTable], decays: [Double], window: TrainingWindow, scope: [String],
    in context: FitContext
  ) async throws -> [Fit] {
    let (slots, rank) = (context.slots, context.rank)
    let begun = try await slots.map(Array(tables.indices), rank: rank) { index in
      let sample = VarianceSamples(
        tables[index], decay: decays[index], window: window, maxGap: maxGap)
      return (sample, fitRegression(sample, decay: decays[index], window: window))
    }
    let samples = begun.map(\.0)
    var fits = begun.map(\.1)
    guard settings.method == .blend else { return fits }
    let able = samples.indices.filter { index in
      let count = samples[index].steps.count { VarianceSamples.trains($0, window) }
      let needed = max(1, settings.networkBars)
      if count < needed {
        fits[index].choice.reason =
          fits[index].choice.reason ?? "\(count) training bars, the network needs \(needed)"
        return false
      }
      return fits[index].model.regression != nil
    }
    guard !able.isEmpty else { return fits }
    let isStopped = able.contains { index in
      samples[index].steps.contains { VarianceSamples.stops($0, window) }
    }
    guard isStopped else {
      for index in able { fits[index].choice.reason = "no bar to stop the network's training by" }
      return fits
    }
    let scalers = able.map { index in
      StandardScaler(
        fittedTo: Matrix(
          rows: samples[index].steps.filter { VarianceSamples.trains($0, window) }
            .map(\.inputs.network)))
    }
    let (members, metrics) = try await fitMembers(
      able.map { samples[$0] }, scalers, timeframe: tables[0].timeframe, window: window,
      scope: scope, in: context)
    let networks = try await slots.map(Array(zip(able, scalers)), rank: rank) { index, scaler in
      var network = VarianceNetwork(scaler: scaler, members: members, level: 0)
      guard let level = level(of: network, samples[index], window: window) else {
        return VarianceNetwork?.none
      }
      network.level = level
      return network
    }
    for (index, network) in zip(able, networks) {
      guard let network else { continue }
      fits[index].model.network = network
      fits[index].choice = VarianceChoice(method: .blend, reason: nil)
      fits[index].metrics.merge(metrics) { $1 }
    }
    return fits
  }

  /// The regression, where there is history enough for it.
  private func fitRegression(
    _ sample: VarianceSamples, decay: Double, window: TrainingWindow
  ) -> Fit {
    var fit = Fit(
      model: VarianceModel(decay: decay), choice: VarianceChoice(method: .ewma, reason: nil))
    guard settings.method != .ewma else { return fit }
    let used = sample.steps.filter { $0.outcome != nil && $0.knownAt > window.from ?? .distantPast }
    guard used.count >= settings.regressionBars else {
      fit.choice.reason = "\(used.count) bars, the regression needs \(settings.regressionBars)"
      return fit
    }
    let outcomes = used.compactMap(\.outcome)
    fit.model.regression = HARVariance.fit(
      terms: used.map(\.inputs.terms),
      ranges: outcomes.map { VarianceInputStream.logRatio($0.range, 1) },
      squares: outcomes.map(\.square))
    if fit.model.regression == nil {
      fit.choice.reason = "no return in the training window"
    } else {
      fit.choice.method = VarianceSettings.Method.har.rawValue
    }
    return fit
  }

  private func fitMembers(
    _ samples: [VarianceSamples], _ scalers: [StandardScaler], timeframe: Timeframe,
    window: TrainingWindow, scope: [String], in context: FitContext
  ) async throws -> (members: [LSTMNetwork], metrics: [String: Double]) {
    var training: [TrainingSequence] = []
    var stopping: [TrainingSequence] = []
    for (sample, scaler) in zip(samples, scalers) {
      let network = VarianceNetwork(scaler: scaler, members: [], level: 0)
      func scaled(_ step: VarianceSamples.Step) -> [Float] { network.inputs(step.inputs.network) }
      training += sample.sequences(scaled: scaled) { VarianceSamples.trains($0, window) }
      guard let first = sample.steps.firstIndex(where: { $0.knownAt >= window.stopFrom }) else {
        continue
      }
      // The bars before warm the state.
      stopping += sample.sequences(from: max(0, first - settings.chunk), scaled: scaled) {
        VarianceSamples.stops($0, window)
      }
    }
    let shape = LSTMShape(
      inputs: scalers[0].columns, hidden: settings.hidden, regimes: 0,
      headHidden: settings.headHidden)
    var options = LSTMTrainingOptions()
    options.mode = .dense(chunk: settings.chunk, burnIn: settings.burnIn)
    options.loss = .qlike
    options.dropout = Float(settings.dropout)
    options.weightDecay = settings.weightDecay
    options.rate = settings.rate
    options.clipNorm = Float(settings.clipNorm)
    options.batch = settings.batch
    options.maxEpochs = settings.epochs
    options.patience = settings.patience
    let ensemble = EnsembleTraining(
      training: training, validation: stopping, shape: shape, options: options)
    let fits: [LSTMFit]
    do {
      fits = try await ensemble.fits(settings.seeds, named: "variance", in: context) { member in
        CounterRandom(
          seed: seed,
          path: scope + [timeframe.name, window.to.description, "variance \(member)"])
      }
    } catch let error as LSTMError {
      throw TrainingError.variance(timeframe: timeframe, error)
    }
    var metrics: [String: Double] = [:]
    for (member, fit) in fits.enumerated() {
      metrics["variance.\(member).best_epoch"] = Double(fit.bestEpoch)
      metrics["variance.\(member).stopping_loss"] = Double(fit.validationLoss[fit.bestEpoch - 1])
    }
    return (fits.map(\.network), metrics)
  }

  /// The node's level: its mean squared return over the networks' forecasts is 1 in the window.
  private func level(
    of network: VarianceNetwork, _ sample: VarianceSamples, window: TrainingWindow
  ) -> Double? {
    var servers = network.members.map {
      LSTMServer(network: $0, mode: .dense(chunk: settings.chunk, burnIn: settings.burnIn))
    }
    var (squares, forecasts): ([Double], [Double]) = ([], [])
    for step in sample.steps {
      let inputs = network.inputs(step.inputs.network)
      var sum = 0.0
      for index in servers.indices {
        sum += Double(servers[index].update(inputs: inputs, regime: []) ?? 0)
      }
      guard let outcome = step.outcome, step.knownAt > window.from ?? .distantPast else { continue }
      squares.append(outcome.square)
      forecasts.append(sum / Double(servers.count))
    }
    return HARVariance.logLevel(of: squares, over: forecasts)
  }
}
