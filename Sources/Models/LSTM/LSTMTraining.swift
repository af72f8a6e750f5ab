import Kernels

/// A training between two epochs.
///
/// `runEpoch` takes it one epoch on, `state` is all that the next epoch depends on: a training made
/// from it goes on to the same bits. Belongs to one task; the batch's memory is its own.
package struct LSTMTraining {
  private let training: [TrainingSequence]
  private let validation: [TrainingSequence]
  private let options: LSTMTrainingOptions
  private let pass: LSTMBatchPass
  /// The validation loss of forecasting nothing.
  private let silent: Float
  private var gradient: [Float]
  private var optimiser: LSTMOptimiser
  private var schedule: PlateauSchedule?
  private var random: CounterRandom
  private var network: LSTMNetwork
  private var best: LSTMNetwork
  private var bestEpoch = 0
  private var trainingLoss: [Float] = []
  private var validationLoss: [Float] = []
  /// Steps of chunks times parameters that the last epoch came to: its cost but for a constant.
  package private(set) var lastWork = 0.0

  /// - Parameters:
  ///   - training: Segments to learn from.
  ///   - validation: Segments that stop the training; never part of `training`.
  ///   - initial: The weights to start from; nil draws them.
  ///   - random: Draws the initial weights, then, epoch by epoch, chunks and dropout.
  package init(
    training: [TrainingSequence], validation: [TrainingSequence], shape: LSTMShape,
    options: LSTMTrainingOptions, initial: LSTMNetwork? = nil, random: CounterRandom
  ) throws(LSTMError) {
    options.check()
    precondition(initial.map { $0.shape == shape } ?? true, "weights of another shape")
    try LSTMTraining.check(training, part: .training, shape: shape)
    try LSTMTraining.check(validation, part: .validation, shape: shape)
    guard let silent = LSTMTraining.silentLoss(on: validation, options) else {
      throw .noValidationTargets
    }
    self.silent = silent
    self.training = training
    self.validation = validation
    self.options = options
    self.random = random
    network = initial ?? LSTMNetwork(shape: shape, using: &self.random)
    best = network
    let steps =
      switch options.mode {
      case .dense(let chunk, _): chunk
      case .windowed(let length): length
      }
    // Memory for what there is: the settings may allow far more.
    let longest = training.reduce(1) { max($0, $1.steps) }
    let chunks = max(1, options.mode.mostChunks(of: training))
    pass = LSTMBatchPass(
      shape: shape, maxSteps: min(steps, longest), maxBatch: min(options.batch, chunks))
    optimiser = LSTMOptimiser(parameters: shape.parameterCount, options)
    schedule = options.schedule.map { PlateauSchedule($0) }
    gradient = [Float](repeating: 0, count: shape.parameterCount)
  }

  /// Epochs so far.
  package var epoch: Int { validationLoss.count }

  /// The loss that stops the training, after the last epoch.
  package var lastLoss: Float? { validationLoss.last }

  /// Whether no epoch is left, or the last `patience` of them brought nothing.
  package var isFinished: Bool {
    epoch >= options.maxEpochs || (bestEpoch > 0 && epoch - bestEpoch >= options.patience)
  }

  /// Trains for one epoch and judges it.
  package mutating func runEpoch() throws(LSTMError) {
    let chunks = options.mode.epoch(of: training, using: &random)
    guard !chunks.isEmpty else { throw .noTrainingTargets }
    let rate = optimiser.rate
    var sum = 0.0
    var count = 0
    var steps = 0
    for first in stride(from: 0, to: chunks.count, by: options.batch) {
      let part = chunks[first..<min(first + options.batch, chunks.count)]
      pass.load(part, from: training)
      pass.setWeights(network.parameters)
      pass.forward(dropout: options.dropout, using: &random)
      let loss = pass.loss(options.loss)
      pass.backward(into: &gradient)
      let norm = optimiser.step(&network.parameters, gradient: &gradient)
      guard loss.isFinite, norm.isFinite else {
        throw .diverged(
          epoch: epoch + 1, loss: Float(loss / Double(pass.targetCount)), rate: rate)
      }
      sum += loss
      count += pass.targetCount
      steps += part.count * pass.steps
    }
    lastWork = Double(steps) * Double(network.shape.parameterCount)
    guard let loss = network.loss(on: validation, mode: options.mode, options.loss) else {
      throw .noValidationTargets
    }
    guard loss.isFinite else { throw .diverged(epoch: epoch + 1, loss: loss, rate: rate) }
    trainingLoss.append(Float(sum / Double(count)))
    validationLoss.append(loss)
    if bestEpoch == 0 || loss < validationLoss[bestEpoch - 1] {
      best = network
      bestEpoch = epoch
    }
    if let lower = schedule?.rate(after: Double(loss), rate: rate) { optimiser.rate = lower }
  }

  /// A best epoch this many times worse than forecasting nothing has learnt nothing but large numbers.
  private static let hopeless: Float = 10

  /// The network as it was after its best epoch.
  ///
  /// - Precondition: there was one.
  package func result() throws(LSTMError) -> LSTMFit {
    precondition(bestEpoch > 0, "a training has an epoch")
    let least = validationLoss[bestEpoch - 1]
    if silent > 0, least > LSTMTraining.hopeless * silent {
      throw .diverged(epoch: bestEpoch, loss: least, rate: options.rate)
    }
    return LSTMFit(
      network: best, bestEpoch: bestEpoch, trainingLoss: trainingLoss,
      validationLoss: validationLoss)
  }
}

extension LSTMTraining {
  /// All that the next epoch depends on, beside the arguments that the training was made with.
  package struct State: Sendable, Equatable {
    package var weights: [Float]
    package var best: [Float]
    package var bestEpoch: Int
    package var optimiser: LSTMOptimiser.State
    package var plateau: PlateauSchedule.State
    /// Numbers drawn from the random stream.
    package var drawn: UInt64
    package var trainingLoss: [Float]
    package var validationLoss: [Float]
  }

  package var state: State {
    State(
      weights: network.parameters, best: best.parameters, bestEpoch: bestEpoch,
      optimiser: optimiser.state, plateau: schedule?.state ?? PlateauSchedule.State(),
      drawn: random.position, trainingLoss: trainingLoss, validationLoss: validationLoss)
  }

  /// Goes on from where another training with the same arguments was.
  ///
  /// - Precondition: this one has not begun, and the shapes agree.
  package mutating func resume(from state: State) {
    precondition(epoch == 0, "a training that has begun does not start over")
    network = LSTMNetwork(shape: network.shape, parameters: state.weights)
    best = LSTMNetwork(shape: network.shape, parameters: state.best)
    bestEpoch = state.bestEpoch
    optimiser.state = state.optimiser
    schedule?.state = state.plateau
    random.position = state.drawn
    trainingLoss = state.trainingLoss
    validationLoss = state.validationLoss
  }
}

extension LSTMTraining {
  /// The mean loss of forecasting 0 wherever a network would have served; `nil` where no served bar
  /// has a target.
  private static func silentLoss(
    on sequences: [TrainingSequence], _ options: LSTMTrainingOptions
  ) -> Float? {
    let first =
      switch options.mode {
      case .dense: 0
      case .windowed(let length): length - 1
      }
    var sum = 0.0
    var count = 0
    for sequence in sequences {
      for target in sequence.targets.dropFirst(first) where !target.isNaN {
        sum += Double(options.loss.value(0, target))
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
