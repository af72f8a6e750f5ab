import Kernels

/// A network in service: takes one bar after the other and forecasts.
///
/// Each sum is the same chain as in a batch, so the bits are the same. `dense` carries the state: O(1) a
/// bar. `windowed` starts from a zero state over the last `length` bars at every bar: O(length).
public struct LSTMServer: Sendable {
  public let mode: ForecastMode
  /// What `network` points into.
  private let weights: ServingWeights
  private let network: ServingNetwork
  /// The network's state, its scratch, then, windowed, length×4Hp, bar n in row n mod length: the first
  /// layer's gate sums of each bar before the hidden state is added. Shared by copies of a server until
  /// one of them takes a bar in.
  private var memory: Memory
  /// Bars seen since the start or the last reset.
  private var bars = 0

  /// Floats that start on a cache line: a vector across two is written and read back late.
  private final class Memory: @unchecked Sendable {
    private let arena = FloatArena()
    let floats: MutableFloatBuffer

    init(count: Int) { floats = arena.take(count) }

    init(copying other: Memory) {
      floats = arena.take(other.floats.count)
      _ = floats.update(fromContentsOf: other.floats)
    }
  }

  public init(network: LSTMNetwork, mode: ForecastMode) {
    self.mode = mode
    weights = ServingWeights(network)
    self.network = weights.network
    let windowCount: Int
    switch mode {
    case .dense: windowCount = 0
    case .windowed(let length):
      precondition(length > 0, "a window has bars")
      windowCount = length * self.network.sumCount
    }
    memory = Memory(count: self.network.stateCount + self.network.scratchCount + windowCount)
  }

  /// Takes a bar in and returns the forecast made at its close.
  /// - Parameters:
  ///   - inputs: The features of the bar, all finite.
  ///   - regime: The filtered regime probabilities of the bar; empty with none.
  ///   - isAsked: Whether a forecast is wanted; without, the bar is only remembered, which spares a
  ///     windowed network nearly all of its work.
  /// - Returns: The forecast; `nil` while a window is not full yet, and where none is wanted.
  public mutating func update(
    inputs: Span<Float>, regime: Span<Float>, isAsked: Bool = true
  ) -> Float? {
    inputs.withUnsafeBufferPointer { inputs in
      regime.withUnsafeBufferPointer { regime in update(inputs, regime, isAsked: isAsked) }
    }
  }

  /// Takes a bar in, as above.
  public mutating func update(inputs: [Float], regime: [Float], isAsked: Bool = true) -> Float? {
    update(inputs: inputs.span, regime: regime.span, isAsked: isAsked)
  }

  mutating func update(
    _ inputs: FloatBuffer, _ regime: FloatBuffer, isAsked: Bool = true
  ) -> Float? {
    let network = network
    precondition(
      inputs.count == network.shape.inputs, "the network reads \(network.shape.inputs) features")
    precondition(
      regime.count == network.shape.regimes, "the network reads \(network.shape.regimes) regimes")
    precondition(
      areFinite(inputs) && areFinite(regime), "a feature or regime probability is not finite")
    bars += 1
    let memory = ownMemory()
    let stateEnd = network.stateCount
    let scratchEnd = stateEnd + network.scratchCount
    let (state, scratch) = (memory.part(0..<stateEnd), memory.part(stateEnd..<scratchEnd))
    switch mode {
    case .dense:
      let forecast = network.step(
        .inputs(inputs), state: state, bar: bars, regime: isAsked ? regime : nil, scratch: scratch)
      return isAsked ? forecast : nil
    case .windowed(let length):
      let window = memory.part(scratchEnd..<memory.count)
      let size = network.sumCount
      let row = (bars - 1) % length
      LSTMKernels.vectorSums(
        network.layers[0], inputs, into: window.part(row * size..<(row + 1) * size))
      guard bars >= length, isAsked else { return nil }
      state.update(repeating: 0)
      var forecast: Float = 0
      for age in 1...length {
        let at = (row + age) % length * size
        forecast = network.step(
          .sums(window.part(at..<at + size).readOnly), state: state, bar: age,
          regime: age == length ? regime : nil, scratch: scratch)
      }
      return forecast
    }
  }

  /// Returns the memory, a copy of it where another server has it too.
  private mutating func ownMemory() -> MutableFloatBuffer {
    if !isKnownUniquelyReferenced(&memory) { memory = Memory(copying: memory) }
    return memory.floats
  }

  /// Forgets all bars, as after a gap.
  public mutating func reset() {
    bars = 0
    ownMemory().update(repeating: 0)
  }
}

/// Whether all values are numbers, whose exponent has a bit that is not set: looked at all together,
/// without a branch for each.
private func areFinite(_ values: FloatBuffer) -> Bool {
  var below: Int32 = 0
  for value in values {
    below |= Int32(bitPattern: Float.infinity.bitPattern &- 1 &- value.magnitude.bitPattern)
  }
  return below >= 0
}
