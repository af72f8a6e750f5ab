public import Kernels

extension LSTMNetwork {
  /// Trains a network and returns it as it was after its best epoch.
  ///
  /// Adam on the mean loss of batches of chunks (see ``ForecastMode``), gradients clipped by their
  /// global norm, LSTM outputs dropped at random. After each epoch the validation loss is taken
  /// the way the network is served: dense, by carrying the state from the start of each
  /// validation sequence; windowed, one window per target. The result depends on nothing but the
  /// arguments: same arguments, same bits.
  /// - Parameters:
  ///   - training: Segments to learn from.
  ///   - validation: Segments that stop the training; never part of `training`.
  ///   - random: Draws the initial weights, then, epoch by epoch, chunks and dropout.
  /// - Throws: ``LSTMError`` if a value is not finite, there is no target to train or to stop on,
  ///   or the training diverges: a loss or gradient that is not finite, or no epoch within ten times
  ///   the loss of forecasting nothing.
  public static func fit(
    training: [TrainingSequence], validation: [TrainingSequence], shape: LSTMShape,
    options: LSTMTrainingOptions, random: CounterRandom
  ) throws(LSTMError) -> LSTMFit {
    options.check()
    try check(training, part: .training, shape: shape)
    try check(validation, part: .validation, shape: shape)
    var random = random
    var network = LSTMNetwork(shape: shape, using: &random)
    guard let silent = silentLoss(on: validation, mode: options.mode, options.loss) else {
      throw .noValidationTargets
    }
    let steps =
      switch options.mode {
      case .dense(let chunk, _): chunk
      case .windowed(let length): length
      }
    let pass = LSTMBatchPass(shape: shape, maxSteps: steps, maxBatch: options.batch)
    var optimiser = LSTMOptimiser(
      parameters: shape.parameterCount,
      adam: .init(rate: options.rate, weightDecay: options.weightDecay),
      clipNorm: options.clipNorm)
    var gradient = [Float](repeating: 0, count: shape.parameterCount)

    var best = network
    var bestEpoch = 0
    var trainingLoss: [Float] = []
    var validationLoss: [Float] = []
    for epoch in 1...options.maxEpochs {
      let chunks = options.mode.epoch(of: training, using: &random)
      guard !chunks.isEmpty else { throw .noTrainingTargets }
      var sum = 0.0
      var count = 0
      for first in stride(from: 0, to: chunks.count, by: options.batch) {
        pass.load(chunks[first..<min(first + options.batch, chunks.count)], from: training)
        pass.setWeights(network.parameters)
        pass.forward(dropout: options.dropout, using: &random)
        let loss = pass.loss(options.loss)
        pass.backward(into: &gradient)
        let norm = optimiser.step(&network.parameters, gradient: &gradient)
        guard loss.isFinite, norm.isFinite else {
          throw .diverged(
            epoch: epoch, loss: Float(loss / Double(pass.targetCount)), rate: options.rate)
        }
        sum += loss
        count += pass.targetCount
      }
      trainingLoss.append(Float(sum / Double(count)))
      guard let loss = network.loss(on: validation, mode: options.mode, options.loss) else {
        throw .noValidationTargets
      }
      guard loss.isFinite else {
        throw .diverged(epoch: epoch, loss: loss, rate: options.rate)
      }
      validationLoss.append(loss)
      if bestEpoch == 0 || loss < validationLoss[bestEpoch - 1] {
        best = network
        bestEpoch = epoch
      } else if epoch - bestEpoch >= options.patience {
        break
      }
    }
    let least = validationLoss[bestEpoch - 1]
    if silent > 0, least > hopeless * silent {
      throw .diverged(epoch: bestEpoch, loss: least, rate: options.rate)
    }
    return LSTMFit(
      network: best, bestEpoch: bestEpoch, trainingLoss: trainingLoss,
      validationLoss: validationLoss)
  }

  /// A best epoch this many times worse than forecasting nothing has learnt nothing but large numbers.
  /// Of the evidence's fits none came to twice.
  private static let hopeless: Float = 10

  /// The mean loss of forecasting 0 wherever a network would have served; `nil` where no served bar
  /// has a target.
  private static func silentLoss(
    on sequences: [TrainingSequence], mode: ForecastMode, _ kind: LSTMLoss
  ) -> Float? {
    let first =
      switch mode {
      case .dense: 0
      case .windowed(let length): length - 1
      }
    var sum = 0.0
    var count = 0
    for sequence in sequences {
      for target in sequence.targets.dropFirst(first) where !target.isNaN {
        sum += Double(kind.value(0, target))
        count += 1
      }
    }
    return count == 0 ? nil : Float(sum / Double(count))
  }

  /// Returns the mean loss of the forecasts that the network would have served; `nil` where no
  /// served bar has a target.
  package func loss(
    on sequences: [TrainingSequence], mode: ForecastMode, _ kind: LSTMLoss
  ) -> Float? {
    var sum = 0.0
    var count = 0
    let served = forecasts(of: sequences, mode: mode)
    for (sequence, forecasts) in zip(sequences, served) {
      for (forecast, target) in zip(forecasts, sequence.targets) {
        guard let forecast, !target.isNaN else { continue }
        sum += Double(kind.value(forecast, target))
        count += 1
      }
    }
    return count == 0 ? nil : Float(sum / Double(count))
  }

  private static func check(
    _ sequences: [TrainingSequence], part: LSTMError.SequencePart, shape: LSTMShape
  ) throws(LSTMError) {
    for (index, sequence) in sequences.enumerated() {
      precondition(sequence.inputs.count == sequence.steps * shape.inputs, "inputs: T×F")
      precondition(sequence.regimes.count == sequence.steps * shape.regimes, "regimes: T×K")
      if let at = sequence.inputs.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteInput(part: part, sequence: index, step: at / shape.inputs)
      }
      if let at = sequence.regimes.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteInput(part: part, sequence: index, step: at / shape.regimes)
      }
      if let step = sequence.targets.firstIndex(where: \.isInfinite) {
        throw .nonFiniteInput(part: part, sequence: index, step: step)
      }
    }
  }
}
