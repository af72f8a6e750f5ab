import Kernels

/// A network in service: takes one bar after the other and forecasts.
///
/// Each sum is the same chain as in a batch, so the bits are the same. `dense` carries the state: O(1) a
/// bar. `windowed` starts from a zero state over the last `length` bars at every bar: O(length).
public struct LSTMServer: Sendable {
  public let mode: ForecastMode
  private let weights: ServingWeights
  /// Per layer h (Hp) then c (Hp); then scratch: gate sums 4Hp, head Np, output 16.
  private var memory: [Float]
  /// Windowed: length×4Hp, bar n in row n mod length: the first layer's gate sums of each bar before
  /// the hidden state is added.
  private var window: [Float]
  /// Bars seen since the start or the last reset.
  private var bars = 0

  public init(network: LSTMNetwork, mode: ForecastMode) {
    self.mode = mode
    weights = ServingWeights(network)
    let width = weights.width
    memory = [Float](
      repeating: 0, count: (2 * network.shape.layers + 4) * width + weights.headWidth + 16)
    switch mode {
    case .dense: window = []
    case .windowed(let length):
      precondition(length > 0, "a window has bars")
      window = [Float](repeating: 0, count: length * 4 * width)
    }
  }

  /// Takes a bar in and returns the forecast made at its close.
  /// - Parameters:
  ///   - inputs: The features of the bar, all finite.
  ///   - regime: The filtered regime probabilities of the bar; empty with none.
  ///   - isAsked: Whether a forecast is wanted; without, the bar is only remembered, which spares a
  ///     windowed network nearly all of its work.
  /// - Returns: The forecast; `nil` while a window is not full yet, and where none is wanted.
  public mutating func update(inputs: [Float], regime: [Float], isAsked: Bool = true) -> Float? {
    inputs.withUnsafeBufferPointer { inputs in
      regime.withUnsafeBufferPointer { regime in update(inputs, regime, isAsked: isAsked) }
    }
  }

  mutating func update(_ inputs: FloatBuffer, _ regime: FloatBuffer, isAsked: Bool = true) -> Float?
  {
    let shape = weights.shape
    precondition(inputs.count == shape.inputs, "the network reads \(shape.inputs) features")
    precondition(regime.count == shape.regimes, "the network reads \(shape.regimes) regimes")
    precondition(
      inputs.allSatisfy(\.isFinite) && regime.allSatisfy(\.isFinite),
      "a feature or regime probability is not finite")
    bars += 1
    let weights = weights
    let state = memory.count - 4 * weights.width - weights.headWidth - 16
    let mode = mode
    let bars = bars
    return memory.withUnsafeMutableBufferPointer { memory in
      let sums = memory.part(state..<state + 4 * weights.width)
      switch mode {
      case .dense:
        weights.addInputs(inputs, into: sums)
        weights.step(
          sums: sums.readOnly, scratch: sums, state: memory.part(0..<state), bar: bars)
      case .windowed(let length):
        let row = (bars - 1) % length
        return window.withUnsafeMutableBufferPointer { window in
          let size = sums.count
          weights.addInputs(inputs, into: window.part(row * size..<(row + 1) * size))
          guard bars >= length, isAsked else { return nil }
          memory.part(0..<state).update(repeating: 0)
          for age in 1...length {
            let at = (row + age) % length * size
            weights.step(
              sums: window.part(at..<at + size).readOnly, scratch: sums,
              state: memory.part(0..<state), bar: age)
          }
          return weights.forecast(regime, state: memory.part(0..<state), scratch: memory)
        }
      }
      guard isAsked else { return nil }
      return weights.forecast(regime, state: memory.part(0..<state), scratch: memory)
    }
  }

  /// Forgets all bars, as after a gap.
  public mutating func reset() {
    bars = 0
    for n in memory.indices { memory[n] = 0 }
  }
}

extension ServingWeights {
  /// The first layer's gate sums of a bar before the hidden state is added.
  fileprivate func addInputs(_ inputs: FloatBuffer, into sums: MutableFloatBuffer) {
    LSTMKernels.vectorProduct(
      outputs: 4 * width, start: layers[0].start, weights: layers[0].input, inputs, into: sums)
  }

  /// Moves the state of every layer by one bar.
  /// - Parameters:
  ///   - sums: What `addInputs` gave.
  ///   - scratch: 4Hp; may be `sums`.
  ///   - state: Per layer h (Hp) then c (Hp).
  ///   - bar: The number of the bar in a series of them, so that the weights are read there and back.
  fileprivate func step(
    sums: FloatBuffer, scratch: MutableFloatBuffer, state: MutableFloatBuffer, bar: Int
  ) {
    let width = width
    let hidden = shape.hidden
    var start = sums
    for (index, layer) in layers.enumerated() {
      let at = 2 * width * index
      let h = state.part(at..<at + width)
      if index > 0 {
        LSTMKernels.vectorProduct(
          outputs: 4 * width, start: layer.start, weights: layer.input,
          state.part(at - 2 * width..<at - 2 * width + hidden).readOnly, into: scratch)
        start = scratch.readOnly
      }
      LSTMKernels.vectorProduct(
        outputs: 4 * width, start: start, weights: layer.recurrent, h.part(0..<hidden).readOnly,
        into: scratch, fromLast: bar & 1 == 1)
      LSTMKernels.vectorCell(scratch.readOnly, c: state.part(at + width..<at + 2 * width), h: h)
    }
  }

  /// Returns the head's forecast from the present state.
  /// - Parameter scratch: Its last Np + 16 floats are written.
  fileprivate func forecast(
    _ regime: FloatBuffer, state: MutableFloatBuffer, scratch: MutableFloatBuffer
  ) -> Float {
    let end = scratch.count - 16
    let middle = scratch.part(end - headWidth..<end)
    let output = scratch.part(end..<end + 16)
    let hidden = shape.hidden
    let h = state.count - 2 * width
    LSTMKernels.vectorProduct(
      outputs: headWidth, start: headStart, weights: head,
      state.part(h..<h + hidden).readOnly, into: middle)
    if shape.regimes > 0 {
      LSTMKernels.vectorProduct(
        outputs: headWidth, start: middle.readOnly,
        weights: headRegimes, regime, into: middle)
    }
    guard shape.headHidden > 0 else { return middle[0] }
    LSTMKernels.rectify(middle)
    LSTMKernels.vectorProduct(
      outputs: 16, start: lastStart, weights: last, middle.part(0..<shape.headHidden).readOnly,
      into: output)
    return output[0]
  }
}
