import Kernels

/// Where a network in service finds its weights, and one bar of its arithmetic.
///
/// Plain addresses, so that a bar, which takes less than the counting of a few references, counts none;
/// they belong to a ``ServingWeights``.
struct ServingNetwork: @unchecked Sendable {
  /// A head with a hidden layer of N units, Np padded.
  struct HiddenHead {
    /// Np outputs of H inputs, and of the K regimes.
    let weights: FloatBuffer
    let regimes: FloatBuffer
    /// Np.
    let start: FloatBuffer
    /// One output of N inputs.
    let last: LSTMKernels.VectorHead
  }

  enum Head {
    case linear(LSTMKernels.VectorHead)
    case hidden(HiddenHead)
  }

  let shape: LSTMShape
  let layers: UnsafeBufferPointer<LSTMKernels.VectorLayer>
  let head: Head

  /// Hp: units padded to whole vectors.
  var width: Int { LSTMKernels.padded(shape.hidden) }
  /// Gate sums of the first layer.
  var sumCount: Int { 4 * width }
  /// The state: a layer's hidden state after the odd bars, after the even ones, and its cell, Hp each.
  var stateCount: Int { 3 * width * shape.layers }
  /// What a head with a hidden layer writes.
  var scratchCount: Int { LSTMKernels.padded(shape.headHidden) }

  /// Moves the state of every layer by one bar.
  /// - Parameters:
  ///   - x: Of the first layer.
  ///   - state: `stateCount`; zero at first.
  ///   - bar: The number of the bar, from 1 on; the weights are read there and back.
  ///   - regime: What the head reads besides; nil where no forecast is wanted.
  ///   - scratch: `scratchCount`.
  /// - Returns: The forecast; 0 where none is wanted.
  func step(
    _ x: LSTMKernels.VectorInputs, state: MutableFloatBuffer, bar: Int, regime: FloatBuffer?,
    scratch: MutableFloatBuffer
  ) -> Float {
    let width = width
    var x = x
    var output: Float = 0
    for index in layers.indices {
      let at = 3 * width * index
      let odd = state.part(at..<at + width)
      let even = state.part(at + width..<at + 2 * width)
      let hidden = bar & 1 == 1 ? odd : even
      var last: LSTMKernels.VectorHead?
      if index == layers.count - 1, regime != nil, case .linear(let head) = head { last = head }
      output = LSTMKernels.vectorStep(
        layers[index], x, h: (bar & 1 == 1 ? even : odd).readOnly,
        cell: state.part(at + 2 * width..<at + 3 * width), hidden: hidden,
        fromLast: bar & 1 == 1, head: last, other: regime ?? FloatBuffer(start: nil, count: 0))
      x = .inputs(hidden.part(0..<shape.hidden).readOnly)
    }
    guard let regime, case .hidden(let head) = head, case .inputs(let h) = x else { return output }
    return forecast(head, h, regime, scratch)
  }

  private func forecast(
    _ head: HiddenHead, _ h: FloatBuffer, _ regime: FloatBuffer, _ scratch: MutableFloatBuffer
  ) -> Float {
    LSTMKernels.vectorProduct(
      outputs: scratch.count, start: head.start, weights: head.weights, h, into: scratch)
    if !regime.isEmpty {
      LSTMKernels.vectorProduct(
        outputs: scratch.count, start: scratch.readOnly, weights: head.regimes, regime,
        into: scratch)
    }
    LSTMKernels.rectify(scratch)
    return LSTMKernels.vectorOutput(
      start: head.last.start, weights: head.last.weights,
      scratch.part(0..<shape.headHidden).readOnly)
  }
}
