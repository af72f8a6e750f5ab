import Kernels

/// Where a network in service finds its weights.
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

  /// The forecast of a head with a hidden layer.
  /// - Parameters:
  ///   - h: The last layer's hidden state.
  ///   - scratch: What the hidden layer writes.
  func forecast(
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
