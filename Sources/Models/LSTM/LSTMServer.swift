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
  /// Shared by copies of a server until one of them takes a bar in.
  private var state: ServingState
  /// Bars seen since the start or the last reset.
  private var bars = 0

  public init(network: LSTMNetwork, mode: ForecastMode) {
    self.mode = mode
    weights = ServingWeights(network)
    self.network = weights.network
    var windowLength = 0
    if case .windowed(let length) = mode {
      precondition(length > 0, "a window has bars")
      windowLength = length
    }
    state = ServingState(self.network, windowLength: windowLength)
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
    let state = ownState()
    switch mode {
    case .dense:
      let forecast = state.step(.inputs(inputs), bar: bars, regime: isAsked ? regime : nil)
      return isAsked ? forecast : nil
    case .windowed(let length):
      LSTMKernels.vectorSums(network.layers[0], inputs, into: state.sums(bar: bars))
      guard bars >= length, isAsked else { return nil }
      state.clearStates()
      var forecast: Float = 0
      for age in 1...length {
        forecast = state.step(
          .sums(state.sums(bar: bars + age).readOnly), bar: age,
          regime: age == length ? regime : nil)
      }
      return forecast
    }
  }

  /// Returns the state, a copy of it where another server has it too.
  private mutating func ownState() -> ServingState {
    if !isKnownUniquelyReferenced(&state) { state = ServingState(copying: state) }
    return state
  }

  /// Forgets all bars, as after a gap.
  public mutating func reset() {
    bars = 0
    ownState().clear()
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
