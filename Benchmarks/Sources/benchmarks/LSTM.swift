import Kernels
import Models

/// The forecast network: one epoch of training, and one more bar in service.
@MainActor
func measureLSTM(_ session: Session) async throws {
  for hidden in [16, 32, 64] {
    try await measureWindowedTraining(session, hidden: hidden)
  }
  try await measureDefaultTraining(session)
  for hidden in [16, 32, 64] {
    try await measureServing(session, hidden: hidden)
  }
  try session.finish("lstm")
}

/// 32 optimiser steps of 64 windows: 60 bars of 12 features, 3 regimes, linear head.
@MainActor
private func measureWindowedTraining(_ session: Session, hidden: Int) async throws {
  let (window, batch, steps, features) = (60, 64, 32, 12)
  let shape = LSTMShape(inputs: features, hidden: hidden, regimes: 3, headHidden: 0)
  var options = LSTMTrainingOptions()
  options.mode = .windowed(length: window)
  options.dropout = 0
  options.batch = batch
  options.maxEpochs = 1
  let training = sequence(bars: batch * steps + window - 1, features: features, "training")
  let validation = sequence(bars: window, features: features, "validation")
  try await session.measure("lstm train window 60, hidden \(hidden)", steps, "step") {
    try LSTMNetwork.fit(
      training: [training], validation: [validation], shape: shape, options: options,
      random: GeneratedInputs.random("lstm"))
  } value: {
    Double($0.trainingLoss[0])
  }
}

/// One epoch as the product trains by default, on 5 years of hourly bars in 5 segments.
@MainActor
private func measureDefaultTraining(_ session: Session) async throws {
  let features = 19
  let shape = LSTMShape(inputs: features, hidden: 16, regimes: 3, headHidden: 16)
  var options = LSTMTrainingOptions()
  options.maxEpochs = 1
  let training = (0..<5).map { sequence(bars: 8760, features: features, "year \($0)") }
  let validation = sequence(bars: 60, features: features, "validation")
  try await session.measure("lstm train default, hidden 16", 1, "epoch") {
    try LSTMNetwork.fit(
      training: training, validation: [validation], shape: shape, options: options,
      random: GeneratedInputs.random("lstm"))
  } value: {
    Double($0.trainingLoss[0])
  }
}

/// One more bar for one node: 12 features, 3 regimes, linear head, the state carried on.
@MainActor
private func measureServing(_ session: Session, hidden: Int) async throws {
  let (bars, features) = (20_000, 12)
  let shape = LSTMShape(inputs: features, hidden: hidden, regimes: 3, headHidden: 0)
  var random = GeneratedInputs.random("network")
  let network = LSTMNetwork(shape: shape, using: &random)
  let all = sequence(bars: bars, features: features, "stream")
  let inputs = (0..<bars).map { Array(all.inputs[$0 * features..<($0 + 1) * features]) }
  let regimes = (0..<bars).map { Array(all.regimes[$0 * 3..<($0 + 1) * 3]) }
  try session.share("lstm_weights_\(hidden)", network.tensors.flatMap(\.values).map(Double.init))
  try session.share("lstm_inputs", all.inputs.map(Double.init))
  try session.share("lstm_regimes", all.regimes.map(Double.init))
  try await session.measure("lstm serve, hidden \(hidden)", bars, "bar") {
    var server = LSTMServer(network: network, mode: .dense(chunk: 80, burnIn: 20))
    var forecasts = [Double](repeating: .nan, count: bars)
    for bar in 0..<bars {
      if let forecast = server.update(inputs: inputs[bar], regime: regimes[bar]) {
        forecasts[bar] = Double(forecast)
      }
    }
    return forecasts
  } value: {
    checksum($0)
  }
}

/// Normal features, one regime each bar for certain, normal targets.
private func sequence(bars: Int, features: Int, _ name: String) -> TrainingSequence {
  let inputs = GeneratedInputs.normals(bars * features, name + " inputs").map { Float($0) }
  var random = GeneratedInputs.random(name, "regimes")
  var regimes = [Float](repeating: 0, count: bars * 3)
  for bar in 0..<bars { regimes[bar * 3 + random.below(3)] = 1 }
  let targets = GeneratedInputs.normals(bars, name + " targets").map { Float($0) }
  return TrainingSequence(inputs: inputs, regimes: regimes, targets: targets)
}
