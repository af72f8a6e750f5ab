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

  /// Moves the state of every layer by one bar.
  /// - Parameters:
  ///   - x: Of the first layer.
  ///   - bar: The number of the bar, from 1 on; the weights are read there and back.
  ///   - regime: What the head reads besides; nil where no forecast is wanted.
  /// - Returns: The forecast; 0 where none is wanted.
  func step(
    _ x: LSTMKernels.VectorInputs, _ state: ServingState, bar: Int, regime: FloatBuffer?
  ) -> Float {
    let steps = state.steps(bar: bar)
    steps[0].read(x)
    var output: Float = 0
    for layer in 0..<shape.layers { output = steps[layer].run(other: regime) }
    guard let regime, case .hidden(let head) = head else { return output }
    return forecast(head, steps[shape.layers - 1].output, regime, state.scratch)
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
