import Kernels
import Models
import Testing

/// A training that is left between two epochs and taken up by another comes to the same bits.
@Suite struct LSTMTrainingTests {
  private let shape = LSTMShape(inputs: 3, hidden: 5, layers: 2, regimes: 2, headHidden: 4)

  private func training(_ options: LSTMTrainingOptions, seed: UInt64 = 7) throws -> LSTMTraining {
    try LSTMTraining(
      training: randomSequences([150, 80], shape: shape, seed: 1),
      validation: randomSequences([70], shape: shape, seed: 2), shape: shape, options: options,
      random: CounterRandom(seed: seed, path: ["member 0"]))
  }

  private func options(_ mode: ForecastMode, _ kind: LSTMTrainingOptions.Optimiser)
    -> LSTMTrainingOptions
  {
    var options = LSTMTrainingOptions()
    options.mode = mode
    options.optimiser = kind
    options.loss = .huber(delta: 0.5)
    options.rate = 2e-2
    options.weightDecay = 1e-2
    options.schedule = PlateauSchedule.Settings()
    options.schedule?.patience = 0
    options.schedule?.cooldown = 1
    options.maxEpochs = 9
    options.patience = 4
    return options
  }

  @Test(
    arguments: [ForecastMode.dense(chunk: 24, burnIn: 4), .windowed(length: 6)],
    LSTMTrainingOptions.Optimiser.allCases)
  func `taken up after any epoch it ends with the same bits`(
    mode: ForecastMode, kind: LSTMTrainingOptions.Optimiser
  ) throws {
    let options = options(mode, kind)
    var whole = try training(options)
    var states: [LSTMTraining.State] = []
    while !whole.isFinished {
      try whole.runEpoch()
      states.append(whole.state)
      #expect(whole.lastWork > 0)
    }
    #expect(states.count > 4)
    // The plateau has cut the rate on the way, or its state would not be tested.
    #expect(Set(states.map(\.optimiser.rate)).count > 1)
    let expected = try whole.result()
    for (index, state) in states.enumerated() {
      var rest = try training(options)
      rest.resume(from: state)
      #expect(rest.epoch == index + 1)
      var next = index + 1
      while !rest.isFinished {
        try rest.runEpoch()
        #expect(rest.state == states[next])
        next += 1
      }
      #expect(next == states.count)
      let found = try rest.result()
      #expect(found.network == expected.network && found.bestEpoch == expected.bestEpoch)
      #expect(found.validationLoss == expected.validationLoss)
      #expect(found.trainingLoss == expected.trainingLoss)
    }
    let fit = try LSTMNetwork.fit(
      training: randomSequences([150, 80], shape: shape, seed: 1),
      validation: randomSequences([70], shape: shape, seed: 2), shape: shape, options: options,
      random: CounterRandom(seed: 7, path: ["member 0"]))
    #expect(fit.network == expected.network)
  }

  /// Memory for 65 536 chunks of 10 000 steps would be terabytes.
  @Test func `a batch and chunks larger than all there is take no more memory, and the same bits`()
    throws
  {
    for mode in [ForecastMode.dense(chunk: 10_004, burnIn: 4), .windowed(length: 6)] {
      var settings = options(mode, .adam)
      // More than there are windows.
      settings.batch = 256
      var usual = try training(settings)
      settings.batch = 65_536
      var large = try training(settings)
      for _ in 0..<2 {
        try usual.runEpoch()
        try large.runEpoch()
      }
      #expect(usual.state == large.state)
    }
  }

  @Test func `every part of the state counts`() throws {
    let options = options(.dense(chunk: 24, burnIn: 4), .adamw)
    var first = try training(options)
    for _ in 0..<3 { try first.runEpoch() }
    let state = first.state
    try first.runEpoch()
    let changes: [(String, (inout LSTMTraining.State) -> Void)] = [
      ("weights", { $0.weights[0] += 1 }), ("mean", { $0.optimiser.mean[0] += 1 }),
      ("square", { $0.optimiser.square[0] += 1 }), ("steps", { $0.optimiser.steps -= 1 }),
      ("rate", { $0.optimiser.rate /= 2 }), ("random", { $0.drawn += 1 }),
    ]
    for (name, change) in changes {
      var other = state
      change(&other)
      var rest = try training(options)
      rest.resume(from: other)
      try rest.runEpoch()
      #expect(rest.state.weights != first.state.weights, "\(name)")
    }
  }

  @Test func `a network to start from is where the training starts`() throws {
    var options = options(.dense(chunk: 24, burnIn: 4), .adam)
    options.maxEpochs = 1
    options.rate = 1e-9
    options.weightDecay = 0
    let parent = try livelyNetwork(shape)
    let sequences = randomSequences([150, 80], shape: shape, seed: 1)
    let fit = try LSTMNetwork.fit(
      training: sequences, validation: sequences, shape: shape, options: options, initial: parent,
      random: CounterRandom(seed: 7, path: ["member 0"]))
    // Steps of 1e-9 leave it there.
    for (mine, theirs) in zip(fit.network.parameters, parent.parameters) {
      #expect(abs(mine - theirs) < 1e-6)
    }
  }
}
