import Kernels

/// A network in service: takes one bar after the other and forecasts.
///
/// The same kernels in the same order as the batch passes, so the bits are the same. `dense`
/// carries the state: O(1) a bar. `windowed` starts from a zero state over the last `length` bars
/// at every bar: O(length).
public struct LSTMServer: Sendable {
  public let mode: ForecastMode
  private let layout: PackedLayout
  private let weights: [Float]
  /// Per layer h (Hp) then c (Hp); then scratch: gates 4Hp, tanh c Hp, head Np, output 8.
  private var memory: [Float]
  /// Windowed: length×inputs, bar n in row n mod length.
  private var window: [Float]
  /// Bars seen since the start or the last reset.
  private var bars = 0

  public init(network: LSTMNetwork, mode: ForecastMode) {
    if case .windowed(let length) = mode { precondition(length > 0, "a window has bars") }
    self.mode = mode
    let layout = PackedLayout(network.shape)
    self.layout = layout
    var packed = [Float](repeating: 0, count: layout.forwardCount)
    network.parameters.withUnsafeBufferPointer { parameters in
      packed.withUnsafeMutableBufferPointer { layout.pack(parameters, into: $0) }
    }
    weights = packed
    let hp = layout.hiddenWidth
    memory = [Float](
      repeating: 0, count: 2 * hp * network.shape.layers + 5 * hp + layout.headWidth + 8)
    if case .windowed(let length) = mode {
      window = [Float](repeating: 0, count: length * network.shape.inputs)
    } else {
      window = []
    }
  }

  /// Takes a bar in and returns the forecast made at its close.
  /// - Parameters:
  ///   - inputs: The features of the bar, all finite.
  ///   - regime: The filtered regime probabilities of the bar; empty with none.
  /// - Returns: The forecast; `nil` while a window is not full yet.
  public mutating func update(inputs: [Float], regime: [Float]) -> Float? {
    inputs.withUnsafeBufferPointer { inputs in
      regime.withUnsafeBufferPointer { regime in update(inputs, regime) }
    }
  }

  mutating func update(
    _ inputs: UnsafeBufferPointer<Float>, _ regime: UnsafeBufferPointer<Float>
  ) -> Float? {
    let shape = layout.shape
    precondition(inputs.count == shape.inputs, "the network reads \(shape.inputs) features")
    precondition(regime.count == shape.regimes, "the network reads \(shape.regimes) regimes")
    precondition(
      inputs.allSatisfy(\.isFinite) && regime.allSatisfy(\.isFinite),
      "a feature or regime probability is not finite")
    bars += 1
    switch mode {
    case .dense:
      step(inputs)
    case .windowed(let length):
      let row = (bars - 1) % length
      window.replaceSubrange(row * inputs.count..<(row + 1) * inputs.count, with: inputs)
      guard bars >= length else { return nil }
      clearState()
      // The ring is lent out while the state changes, so that no copy is made of it.
      let ring = window
      ring.withUnsafeBufferPointer { ring in
        for age in 1...length {
          let at = (row + age) % length * shape.inputs
          step(ring.part(at..<at + shape.inputs))
        }
      }
    }
    return forecast(regime)
  }

  /// Forgets all bars, as after a gap.
  public mutating func reset() {
    bars = 0
    clearState()
  }

  private mutating func clearState() {
    for n in 0..<2 * layout.hiddenWidth * layout.shape.layers { memory[n] = 0 }
  }

  /// Moves the state of every layer by one bar.
  private mutating func step(_ inputs: UnsafeBufferPointer<Float>) {
    let layout = layout
    let hp = layout.hiddenWidth
    let hidden = layout.shape.hidden
    let scratch = 2 * hp * layout.shape.layers
    weights.withUnsafeBufferPointer { weights in
      memory.withUnsafeMutableBufferPointer { memory in
        let gates = memory.part(scratch..<scratch + 4 * hp)
        var input = inputs
        for (index, layer) in layout.layers.enumerated() {
          let at = 2 * hp * index
          let h = memory.part(at..<at + hp)
          let c = memory.part(at + hp..<at + 2 * hp)
          LSTMKernels.product(
            rows: 1, columns: 4 * hp, depth: layout.shape.inputs(ofLayer: index), input,
            aStride: input.count, weights.part(layer.input),
            start: .bias(weights.part(layer.bias)), into: gates)
          LSTMKernels.product(
            rows: 1, columns: 4 * hp, depth: hidden, h.readOnly, aStride: hp,
            weights.part(layer.recurrent), start: .result, into: gates)
          LSTMKernels.cellForward(
            rows: 1, width: hp, gates: gates, previousCell: c.readOnly, cell: c,
            cellTanh: memory.part(scratch + 4 * hp..<scratch + 5 * hp), hidden: h)
          input = h.readOnly
        }
      }
    }
  }

  /// Returns the head's forecast from the present state.
  private mutating func forecast(_ regime: UnsafeBufferPointer<Float>) -> Float {
    let layout = layout
    let hp = layout.hiddenWidth
    let state = 2 * hp * (layout.shape.layers - 1)
    let scratch = 2 * hp * layout.shape.layers + 5 * hp
    return weights.withUnsafeBufferPointer { weights in
      memory.withUnsafeMutableBufferPointer { memory in
        let output = memory.part(scratch + layout.headWidth..<scratch + layout.headWidth + 8)
        layout.head(
          weights: weights, rows: 1, hidden: memory.part(state..<state + hp).readOnly,
          regimes: regime, regimeStride: layout.shape.regimes,
          middle: memory.part(scratch..<scratch + layout.headWidth), output: output)
        return output[0]
      }
    }
  }
}
