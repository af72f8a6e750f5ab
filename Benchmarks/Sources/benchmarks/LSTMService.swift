import Foundation
import Kernels
import Models

/// The forecast network in service: many windows at once, and one more bar.
@MainActor
func measureLSTMService(_ session: Session) async throws {
  session.begin("lstm_service")
  try await measureWindows(session)
  for (hidden, goal) in [(16, 0.1e-6), (64, 0.5e-6)] {
    try await measureBars(
      session, "lstm serve, one more bar, hidden \(hidden)", hidden: hidden, bars: 20_000,
      mode: .dense(chunk: 80, burnIn: 20), goals: [.atMost(goal)])
  }
  try await measureBars(
    session, "lstm serve, a window of 60, hidden 64", hidden: 64, bars: 400,
    mode: .windowed(length: 60), goals: [.atMost(30e-6)])
}

private let features = 12

/// A network of 12 features and 3 regimes with a linear head; its weights go to the peers.
@MainActor
private func network(_ session: Session, hidden: Int) throws -> LSTMNetwork {
  let shape = LSTMShape(inputs: features, hidden: hidden, regimes: 3, headHidden: 0)
  var random = GeneratedInputs.random("network")
  let network = LSTMNetwork(shape: shape, using: &random)
  try session.share("lstm_weights_\(hidden)", network.tensors.flatMap(\.values).map(Double.init))
  return network
}

/// 10 000 windows of 60 bars, each from a zero state.
@MainActor
private func measureWindows(_ session: Session) async throws {
  let (windows, length, hidden) = (10_000, 60, 64)
  let network = try network(session, hidden: hidden)
  let all = GeneratedInputs.sequence(bars: windows + length - 1, features: features, "windows")
  try session.share("window_inputs", all.inputs.map(Double.init))
  try session.share("window_regimes", all.regimes.map(Double.init))
  try await session.measure(
    "lstm infer 10 000 windows of 60, hidden 64", 1, "pass",
    goals: [.times(1.15, than: "PyTorch")],
    operations: Double(windows * length) * network.shape.inferenceOperations
  ) {
    network.forecasts(inputs: all.inputs, regimes: all.regimes, mode: .windowed(length: length))
  } value: {
    checksum($0.compactMap { $0.map(Double.init) })
  }
}

/// Bar after bar for one node, as it is served.
@MainActor
private func measureBars(
  _ session: Session, _ name: String, hidden: Int, bars: Int, mode: ForecastMode, goals: [Goal]
) async throws {
  let network = try network(session, hidden: hidden)
  let all = GeneratedInputs.sequence(bars: bars, features: features, "stream")
  try session.share("lstm_inputs_\(bars)", all.inputs.map(Double.init))
  try session.share("lstm_regimes_\(bars)", all.regimes.map(Double.init))
  try await session.measure(name, bars, "bar", goals: goals) {
    var server = LSTMServer(network: network, mode: mode)
    var forecasts = [Double](repeating: .nan, count: bars)
    let (inputs, regimes) = (all.inputs.span, all.regimes.span)
    for bar in 0..<bars {
      let forecast = server.update(
        inputs: inputs.extracting(bar * features..<(bar + 1) * features),
        regime: regimes.extracting(bar * 3..<(bar + 1) * 3))
      if let forecast { forecasts[bar] = Double(forecast) }
    }
    return forecasts
  } value: {
    checksum($0)
  }
}
