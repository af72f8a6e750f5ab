import Kernels

/// Where the batch kernels find the weights of a network: packed copies in one block of memory.
///
/// A matrix lies in panels of four outputs, panel×depth×4 (see ``LSTMKernels``); the four outputs of an
/// LSTM panel are the gates i f g o of one unit. Outputs beyond the last are zero.
struct PackedLayout: Sendable, Hashable {
  struct Layer: Sendable, Hashable {
    /// H panels of depth I + H: `[weight_ih, weight_hh]`.
    let forward: Range<Int>
    /// 4H, four a unit: `bias_ih + bias_hh`.
    let start: Range<Int>
    /// H outputs of depth 4H: `weight_hh` transposed, for the gradient of the hidden state.
    let recurrentBack: Range<Int>
    /// I outputs of depth 4H: `weight_ih` transposed, for the gradient of the inputs; empty in the
    /// first layer.
    let inputBack: Range<Int>
  }

  let shape: LSTMShape
  let layers: [Layer]
  /// N outputs of depth H + K: the head's first layer.
  let head: Range<Int>
  let headStart: Range<Int>
  /// 1 output of depth N: the last layer; empty with a linear head.
  let last: Range<Int>
  let lastStart: Range<Int>
  /// H outputs of depth N: the columns of the hidden state, transposed.
  let headBack: Range<Int>
  /// N outputs of depth 1: the last layer, transposed; empty with a linear head.
  let lastBack: Range<Int>
  let count: Int

  init(_ shape: LSTMShape) {
    self.shape = shape
    var next = 0
    func take(outputs: Int, depth: Int) -> Range<Int> {
      // Panels start on a cache line.
      let count = LSTMKernels.padded(4 * LSTMKernels.panels(outputs) * depth)
      defer { next += count }
      return next..<next + count
    }
    let hidden = shape.hidden
    layers = (0..<shape.layers).map { layer in
      let inputs = shape.inputs(ofLayer: layer)
      return Layer(
        forward: take(outputs: 4 * hidden, depth: inputs + hidden),
        start: take(outputs: 4 * hidden, depth: 1),
        recurrentBack: take(outputs: hidden, depth: 4 * hidden),
        inputBack: take(outputs: layer == 0 ? 0 : inputs, depth: 4 * hidden))
    }
    let n = shape.headWidth
    let inner = shape.headHidden
    head = take(outputs: n, depth: shape.headInputs)
    headStart = take(outputs: n, depth: 1)
    last = take(outputs: inner > 0 ? 1 : 0, depth: inner)
    lastStart = take(outputs: inner > 0 ? 1 : 0, depth: 1)
    headBack = take(outputs: hidden, depth: n)
    lastBack = take(outputs: inner, depth: 1)
    count = next
  }
}

extension UnsafeBufferPointer {
  /// Returns the part of the buffer in `range`, with its own indices from 0.
  func part(_ range: Range<Int>) -> UnsafeBufferPointer { .init(rebasing: self[range]) }
}

extension UnsafeMutableBufferPointer {
  /// Returns the part of the buffer in `range`, with its own indices from 0.
  func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer { .init(rebasing: self[range]) }

  /// Returns the same memory, read-only.
  var readOnly: UnsafeBufferPointer<Element> { .init(self) }
}
