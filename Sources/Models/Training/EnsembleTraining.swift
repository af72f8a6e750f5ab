import Kernels

/// Trains the members of an ensemble side by side on the same sequences.
///
/// A member is one piece of work, and its bits depend on its own stream of random numbers alone. With
/// checkpoints it leaves one as soon as enough has been computed since the last, and goes on from one
/// that it finds.
struct EnsembleTraining: Sendable {
  var training: [TrainingSequence]
  var validation: [TrainingSequence]
  var shape: LSTMShape
  var options: LSTMTrainingOptions
  /// Weights that the members start from, one each; empty draws them.
  var initial: [LSTMNetwork] = []

  /// - Parameters:
  ///   - name: of the ensemble; with the index it names members and checkpoints.
  ///   - random: the stream of a member.
  func fits(
    _ count: Int, named name: String, in context: FitContext,
    random: @escaping @Sendable (Int) -> CounterRandom
  ) async throws -> [LSTMFit] {
    try await context.slots.map(Array(0..<count), rank: context.rank) { index in
      try fit(index, "\(name) \(index)", context, random(index))
    }
  }

  private func fit(
    _ index: Int, _ name: String, _ context: FitContext, _ random: CounterRandom
  ) throws -> LSTMFit {
    var fit = try LSTMTraining(
      training: training, validation: validation, shape: shape, options: options,
      initial: initial.isEmpty ? nil : initial[index], random: random)
    switch context.checkpoints?.read(name, shape: shape) {
    case .state(let state):
      fit.resume(from: state)
      context.report(.resumed(member: name, epoch: fit.epoch + 1))
    case .unusable(let reason):
      context.report(.discarded(member: name, reason: reason))
    case .absent, nil: break
    }
    var (unsaved, sum) = (0.0, 0.0)
    while !fit.isFinished {
      try Task.checkCancellation()
      try fit.runEpoch()
      unsaved += fit.lastWork
      sum += fit.lastWork
      if let checkpoints = context.checkpoints {
        // The end of a member that took long is kept too: its pool may take longer.
        let due = fit.isFinished ? sum : unsaved
        if due >= checkpoints.everyWork {
          try checkpoints.write(fit.state, name)
          unsaved = 0
        }
      }
      context.report(.epoch(member: name, epoch: fit.epoch, loss: fit.lastLoss ?? .nan))
    }
    let result = try fit.result()
    context.report(.memberDone(member: name, bestEpoch: result.bestEpoch))
    return result
  }
}
