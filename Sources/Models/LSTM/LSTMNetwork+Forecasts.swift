import Kernels

extension LSTMNetwork {
  /// Returns the forecast of every bar of one contiguous segment, as a server would have made it
  /// bar by bar, bit for bit.
  /// - Parameters:
  ///   - inputs: bars×features, row-major.
  ///   - regimes: bars×regimes, row-major; empty with none.
  /// - Returns: One forecast per bar; windowed, `nil` until the first window is full.
  public func forecasts(inputs: [Float], regimes: [Float], mode: ForecastMode) -> [Float?] {
    let bars = inputs.count / shape.inputs
    precondition(inputs.count == bars * shape.inputs, "inputs: bars×\(shape.inputs)")
    precondition(regimes.count == bars * shape.regimes, "regimes: bars×\(shape.regimes)")
    switch mode {
    case .dense:
      var server = LSTMServer(network: self, mode: mode)
      return inputs.withUnsafeBufferPointer { inputs in
        regimes.withUnsafeBufferPointer { regimes in
          (0..<bars).map { bar in
            server.update(
              inputs.part(bar * shape.inputs..<(bar + 1) * shape.inputs),
              regimes.part(bar * shape.regimes..<(bar + 1) * shape.regimes))
          }
        }
      }
    case .windowed(let length):
      return windowedForecasts(inputs: inputs, regimes: regimes, bars: bars, length: length)
    }
  }

  /// Runs windows side by side: a row's bits do not depend on the rows around it.
  private func windowedForecasts(
    inputs: [Float], regimes: [Float], bars: Int, length: Int
  ) -> [Float?] {
    var forecasts = [Float?](repeating: nil, count: bars)
    guard bars >= length else { return forecasts }
    let segment = TrainingSequence(
      inputs: inputs, regimes: regimes, targets: [Float](repeating: .nan, count: bars))
    let windowsAtOnce = 64
    let pass = LSTMBatchPass(shape: shape, maxSteps: length, maxBatch: windowsAtOnce)
    pass.setWeights(parameters)
    for first in stride(from: length - 1, to: bars, by: windowsAtOnce) {
      let ends = first..<min(first + windowsAtOnce, bars)
      pass.load(
        ends.map {
          TrainingChunk(sequence: 0, steps: $0 - length + 1..<$0 + 1, lossFrom: $0)
        }, from: [segment])
      pass.forward()
      for (row, bar) in ends.enumerated() {
        forecasts[bar] = pass.forecast(step: length - 1, chunk: row)
      }
    }
    return forecasts
  }
}
