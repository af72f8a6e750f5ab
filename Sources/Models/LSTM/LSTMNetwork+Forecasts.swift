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
    case .dense: return servedForecasts(inputs: inputs, regimes: regimes, bars: bars)
    case .windowed(let length):
      return windowedForecasts(inputs: inputs, regimes: regimes, bars: bars, length: length)
    }
  }

  /// Returns the forecasts of every bar of some segments, each as ``forecasts(inputs:regimes:mode:)``
  /// gives them.
  package func forecasts(of sequences: [TrainingSequence], mode: ForecastMode) -> [[Float?]] {
    if case .dense = mode, sequences.count >= Self.fewestAtOnce {
      return denseForecasts(of: sequences)
    }
    return sequences.map { forecasts(inputs: $0.inputs, regimes: $0.regimes, mode: mode) }
  }

  /// Fewer sequences than this are served faster one after the other than side by side.
  private static let fewestAtOnce = 5

  private func servedForecasts(inputs: [Float], regimes: [Float], bars: Int) -> [Float?] {
    var server = LSTMServer(network: self, mode: .dense(chunk: 2, burnIn: 1))
    return inputs.withUnsafeBufferPointer { inputs in
      regimes.withUnsafeBufferPointer { regimes in
        (0..<bars).map { bar in
          server.update(
            inputs.part(bar * shape.inputs..<(bar + 1) * shape.inputs),
            regimes.part(bar * shape.regimes..<(bar + 1) * shape.regimes))
        }
      }
    }
  }

  /// Runs windows side by side. Bar t of window b is bar b + t of the segment, so the inputs of each bar
  /// are multiplied once for all windows that it belongs to.
  private func windowedForecasts(
    inputs: [Float], regimes: [Float], bars: Int, length: Int
  ) -> [Float?] {
    var forecasts = [Float?](repeating: nil, count: bars)
    guard bars >= length else { return forecasts }
    let states = LSTMColumns(self, sequences: min(LSTMShard.capacity, bars - length + 1))
    let columns = states.columns
    let width = LSTMKernels.padded(length - 1 + columns)
    let arena = FloatArena()
    let x = arena.take(shape.inputs * width)
    let k = arena.take(shape.regimes * columns)
    let sums = arena.take(4 * shape.hidden * width)
    for first in stride(from: 0, through: bars - length, by: columns) {
      let windows = min(columns, bars - length + 1 - first)
      // Columns beyond the last window hold what they held before; nothing reads them.
      transpose(inputs, shape.inputs, bars: first..<first + windows + length - 1, into: x, width)
      states.addInputs(x.readOnly, bars: width, into: sums)
      states.clear()
      for t in 0..<length {
        states.step(sums: sums.part(t..<sums.count).readOnly, stride: width)
      }
      let last = first + length - 1
      transpose(regimes, shape.regimes, bars: last..<last + windows, into: k, columns)
      let output = states.forecasts(regimes: k.readOnly)
      for window in 0..<windows { forecasts[last + window] = output[window] }
    }
    return forecasts
  }

  /// Runs sequences side by side, long ones with long ones.
  private func denseForecasts(of sequences: [TrainingSequence]) -> [[Float?]] {
    var forecasts = sequences.map { [Float?](repeating: nil, count: $0.steps) }
    let order = sequences.indices.sorted { sequences[$0].steps > sequences[$1].steps }
    for first in stride(from: 0, to: order.count, by: LSTMShard.capacity) {
      let group = order[first..<min(first + LSTMShard.capacity, order.count)]
      let states = LSTMColumns(self, sequences: group.count)
      let arena = FloatArena()
      let x = arena.take(shape.inputs * states.columns)
      let k = arena.take(shape.regimes * states.columns)
      for t in 0..<sequences[group[first]].steps {
        for (column, index) in group.enumerated() where t < sequences[index].steps {
          let sequence = sequences[index]
          for n in 0..<shape.inputs {
            x[n * states.columns + column] = sequence.inputs[t * shape.inputs + n]
          }
          for n in 0..<shape.regimes {
            k[n * states.columns + column] = sequence.regimes[t * shape.regimes + n]
          }
        }
        states.step(x.readOnly)
        let output = states.forecasts(regimes: k.readOnly)
        for (column, index) in group.enumerated() where t < sequences[index].steps {
          forecasts[index][t] = output[column]
        }
      }
    }
    return forecasts
  }

  /// Writes some bars of a bars×features array as columns of features×`width`.
  private func transpose(
    _ values: [Float], _ features: Int, bars: Range<Int>, into y: MutableFloatBuffer, _ width: Int
  ) {
    let offsets = bars.map { $0 * features }
    values.withUnsafeBufferPointer { values in
      offsets.withUnsafeBufferPointer { offsets in
        LSTMKernels.transpose(
          columns: features, values, rowsAt: offsets, into: y, stride: width)
      }
    }
  }
}
