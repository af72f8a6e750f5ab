import Kernels
import Models

/// The forecast network in training: one epoch of the product's own fit.
@MainActor
func measureLSTMTraining(_ session: Session) async throws {
  session.begin("lstm_training")
  for (hidden, layers, goals) in [
    (16, 1, []), (32, 1, [Goal.times(2.5, than: "PyTorch")]),
    (64, 1, [.times(2.5, than: "PyTorch"), .ofPeak(0.75)]),
    (128, 1, [.times(1.6, than: "PyTorch")]), (64, 2, [.times(1.6, than: "PyTorch")]),
  ] {
    try await measureWindowed(session, hidden: hidden, layers: layers, goals: goals)
  }
  try await measureDefault(session)
}

/// Optimiser steps of 64 windows: 60 bars of 12 features, 3 regimes, linear head, Adam, clipping.
@MainActor
private func measureWindowed(
  _ session: Session, hidden: Int, layers: Int, goals: [Goal]
) async throws {
  let (window, batch, steps, features) = (60, 64, 16, 12)
  let shape = LSTMShape(
    inputs: features, hidden: hidden, layers: layers, regimes: 3, headHidden: 0)
  var options = LSTMTrainingOptions()
  options.mode = .windowed(length: window)
  options.dropout = 0
  options.batch = batch
  options.maxEpochs = 1
  let training = GeneratedInputs.sequence(
    bars: batch * steps + window - 1, features: features, "training")
  let validation = GeneratedInputs.sequence(bars: window, features: features, "validation")
  let name = "lstm train, hidden \(hidden)" + (layers > 1 ? " x \(layers)" : "")
  try await session.measure(
    name, steps, "step", goals: goals,
    operations: Double(steps * batch * window) * shape.trainingOperations
  ) {
    try LSTMNetwork.fit(
      training: [training], validation: [validation], shape: shape, options: options,
      random: GeneratedInputs.random("lstm"))
  } value: {
    Double($0.trainingLoss[0])
  }
}

/// One epoch as the product trains by default, on 5 years of hourly bars in 5 segments.
@MainActor
private func measureDefault(_ session: Session) async throws {
  let features = 19
  let shape = LSTMShape(inputs: features, hidden: 16, regimes: 3, headHidden: 16)
  var options = LSTMTrainingOptions()
  options.maxEpochs = 1
  let training = (0..<5).map {
    GeneratedInputs.sequence(bars: 8760, features: features, "year \($0)")
  }
  let validation = GeneratedInputs.sequence(bars: 60, features: features, "validation")
  try await session.measure("lstm train as by default, hidden 16", 1, "epoch") {
    try LSTMNetwork.fit(
      training: training, validation: [validation], shape: shape, options: options,
      random: GeneratedInputs.random("lstm"))
  } value: {
    Double($0.trainingLoss[0])
  }
}

extension LSTMShape {
  /// Float operations of the matrix products for one bar forward: a multiply-add counts as two.
  var inferenceOperations: Double {
    (0..<layers).reduce(0) { sum, layer in
      sum + Double(2 * 4 * hidden * ((layer == 0 ? inputs : hidden) + hidden))
    }
  }

  /// The same for one bar of training: forward, and backward to weights and to what lies below, where
  /// there is a layer. Head and activations are not counted.
  var trainingOperations: Double { 3 * inferenceOperations - Double(2 * 4 * hidden * inputs) }
}
