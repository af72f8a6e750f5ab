import Kernels

/// What a network in service remembers, and the steps that move it.
final class ServingState: @unchecked Sendable {
  private let network: ServingNetwork
  private let windowLength: Int
  private let arena = FloatArena()
  /// All of the below; each part starts on a cache line, because a vector across two is written and read back
  /// late.
  private let floats: MutableFloatBuffer
  /// What a head with a hidden layer writes.
  private let scratch: MutableFloatBuffer
  /// windowLength×4Hp, bar n in row n mod windowLength: the first layer's gate sums of each bar before the
  /// hidden state is added.
  private let window: MutableFloatBuffer
  /// A step for each layer on the odd bars, then on the even ones.
  private let steps: UnsafeMutableBufferPointer<LSTMKernels.VectorStep>
  /// A layer's hidden state after the odd bars, after the even ones, and its cell, Hp each.
  private let states: MutableFloatBuffer

  /// - Parameters:
  ///   - network: Whose weights must live as long as this.
  ///   - windowLength: Bars that are remembered; 0 for none.
  init(_ network: ServingNetwork, windowLength: Int) {
    let (shape, width) = (network.shape, network.width)
    let stateEnd = 3 * width * shape.layers
    let scratchEnd = stateEnd + LSTMKernels.padded(shape.headHidden)
    self.network = network
    self.windowLength = windowLength
    floats = arena.take(scratchEnd + windowLength * network.sumCount)
    states = floats.part(0..<stateEnd)
    scratch = floats.part(stateEnd..<scratchEnd)
    window = floats.part(scratchEnd..<floats.count)
    steps = .allocate(capacity: 2 * shape.layers)
    for layer in 0..<shape.layers {
      let at = 3 * width * layer
      let hidden = (states.part(at..<at + width), states.part(at + width..<at + 2 * width))
      let cell = states.part(at + 2 * width..<at + 3 * width)
      var head: LSTMKernels.VectorHead?
      if layer == shape.layers - 1, case .linear(let last) = network.head { head = last }
      for (turn, from, to) in [(0, hidden.1, hidden.0), (1, hidden.0, hidden.1)] {
        var step = LSTMKernels.VectorStep(
          network.layers[layer], h: from.readOnly, cell: cell, hidden: to, fromLast: turn == 0,
          head: head)
        if layer > 0 { step.read(.inputs(steps[turn * shape.layers + layer - 1].output)) }
        steps.initializeElement(at: turn * shape.layers + layer, to: step)
      }
    }
  }

  convenience init(copying other: ServingState) {
    self.init(other.network, windowLength: other.windowLength)
    _ = floats.update(fromContentsOf: other.floats)
  }

  deinit { steps.deallocate() }

  /// Moves the state of every layer by one bar.
  /// - Parameters:
  ///   - x: Of the first layer.
  ///   - bar: The number of the bar, from 1 on; the weights are read there and back.
  ///   - regime: What the head reads besides; nil where no forecast is wanted.
  /// - Returns: The forecast; 0 where none is wanted.
  func step(_ x: LSTMKernels.VectorInputs, bar: Int, regime: FloatBuffer?) -> Float {
    let layers = network.shape.layers
    let steps = steps.baseAddress! + (bar & 1 == 1 ? 0 : layers)
    steps[0].read(x)
    var output: Float = 0
    for layer in 0..<layers { output = steps[layer].run(other: regime) }
    guard let regime, case .hidden(let head) = network.head else { return output }
    return network.forecast(head, steps[layers - 1].output, regime, scratch)
  }

  /// The window's gate sums of a bar.
  func sums(bar: Int) -> MutableFloatBuffer {
    let at = bar % windowLength * network.sumCount
    return window.part(at..<at + network.sumCount)
  }

  /// The zero state before the first bar; the window stays.
  func clearStates() { states.update(repeating: 0) }

  func clear() { floats.update(repeating: 0) }
}
