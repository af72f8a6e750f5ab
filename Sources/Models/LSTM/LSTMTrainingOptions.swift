/// How a network is trained. The defaults are those that walk-forward evidence chose.
public struct LSTMTrainingOptions: Sendable, Hashable {
  public enum Optimiser: String, Sendable, Hashable, CaseIterable {
    /// Weight decay is part of the gradient.
    case adam
    /// Weight decay shrinks the weights beside the step, whatever the gradient's scale.
    case adamw
  }

  public var mode = ForecastMode.dense(chunk: 80, burnIn: 20)
  public var loss = LSTMLoss.squaredError
  /// The share of LSTM outputs (of every layer) zeroed in training; the rest is scaled up.
  public var dropout: Float = 0.3
  public var optimiser = Optimiser.adam
  public var weightDecay = 1e-4
  /// The optimiser's step size, to begin with.
  public var rate = 2e-3
  /// When the step size falls; nil never.
  public var schedule: PlateauSchedule.Settings?
  /// The global norm that gradients are clipped to.
  public var clipNorm: Float = 1
  /// Chunks (dense) or windows (windowed) in one optimiser step.
  public var batch = 16
  public var maxEpochs = 40
  /// Training stops after this many epochs without a lower validation loss.
  public var patience = 7

  public init() {}

  func check() {
    precondition(dropout >= 0 && dropout < 1, "dropout is a share below 1")
    precondition(weightDecay >= 0 && rate > 0 && clipNorm > 0)
    precondition(batch > 0 && maxEpochs > 0 && patience > 0)
    if case .huber(let delta) = loss { precondition(delta > 0) }
    if let schedule {
      precondition(schedule.factor > 0 && schedule.factor < 1 && schedule.minimumRate >= 0)
      precondition(schedule.patience >= 0 && schedule.cooldown >= 0)
      precondition(schedule.threshold >= 0 && schedule.threshold < 1)
    }
    switch mode {
    case .dense(let chunk, let burnIn):
      precondition(burnIn >= 0 && chunk > burnIn, "a chunk is longer than its burn-in")
    case .windowed(let length): precondition(length > 0, "a window has bars")
    }
  }
}

/// A trained network and the story of its training.
public struct LSTMFit: Sendable {
  /// The network as it was after the epoch with the lowest validation loss.
  public let network: LSTMNetwork
  /// The epoch that `network` comes from, counted from 1.
  public let bestEpoch: Int
  /// Mean loss of each epoch while it trained, dropout included; element 0 is epoch 1.
  public let trainingLoss: [Float]
  /// Mean loss on the validation sequences after each epoch; element 0 is epoch 1.
  public let validationLoss: [Float]
}
