import Kernels

/// Up to 64 sequences of one network that move bar by bar together, each with its own state: what a
/// server does, for many at once, with the same bits.
///
/// An activation is rows×columns, a column one sequence (see ``LSTMKernels``).
final class LSTMColumns {
  let shape: LSTMShape
  /// Columns, padded.
  let columns: Int
  private let layout: PackedLayout
  private let arena = FloatArena()
  private let weights: MutableFloatBuffer
  /// H panels of depth I: the first layer's inputs alone.
  private let inputPanels: MutableFloatBuffer
  /// H×B each: two buffers of hidden states a layer, which take turns, and the cell states.
  private var hidden: [(now: MutableFloatBuffer, next: MutableFloatBuffer)]
  private let cell: [MutableFloatBuffer]
  /// Whether all states are zero.
  private var isNew = true
  /// N4×B and 4×B.
  private let middle: MutableFloatBuffer
  private let output: MutableFloatBuffer

  init(_ network: LSTMNetwork, sequences: Int) {
    precondition((1...LSTMShard.capacity).contains(sequences))
    let shape = network.shape
    let layout = PackedLayout(shape)
    let arena = arena
    let weights = arena.take(layout.count)
    let columns = LSTMKernels.padded(sequences)
    network.parameters.withUnsafeBufferPointer { layout.pack($0, into: weights) }
    inputPanels = arena.take(4 * shape.hidden * shape.inputs)
    let (panel, part) = (4 * (shape.inputs + shape.hidden), 4 * shape.inputs)
    for unit in 0..<shape.hidden {
      for n in 0..<part {
        inputPanels[unit * part + n] =
          weights[layout.layers[0].forward.lowerBound + unit * panel + n]
      }
    }
    self.shape = shape
    self.layout = layout
    self.weights = weights
    self.columns = columns
    hidden = (0..<shape.layers).map { _ in
      (arena.take(shape.hidden * columns), arena.take(shape.hidden * columns))
    }
    cell = (0..<shape.layers).map { _ in arena.take(shape.hidden * columns) }
    middle = arena.take(4 * LSTMKernels.panels(shape.headWidth) * columns)
    output = arena.take(4 * columns)
  }

  /// Starts every sequence anew.
  func clear() {
    isNew = true
    for state in cell { state.update(repeating: 0) }
  }

  /// Computes the first layer's gate sums of a number of bars before hidden states are added.
  /// - Parameters:
  ///   - x: I×bars; bars a multiple of 16.
  ///   - sums: 4H×bars, written.
  func addInputs(_ x: FloatBuffer, bars: Int, into sums: MutableFloatBuffer) {
    LSTMKernels.product(
      outputs: 4 * shape.hidden, columns: bars,
      start: weights.part(layout.layers[0].start).readOnly,
      weights: inputPanels.readOnly, x, depth: shape.inputs, into: sums)
  }

  /// Moves every sequence by one bar whose inputs are I×B.
  func step(_ x: FloatBuffer) {
    step(.inputs(start: weights.part(layout.layers[0].start).readOnly, x))
  }

  /// Moves every sequence by one bar whose sums `addInputs` gave, 4H rows `stride` apart.
  func step(sums: FloatBuffer, stride: Int) { step(.sums(sums, stride: stride)) }

  private func step(_ first: LSTMKernels.StepInputs) {
    var inputs = first
    for (index, layer) in layout.layers.enumerated() {
      if index > 0 {
        inputs = .inputs(
          start: weights.part(layer.start).readOnly, hidden[index - 1].now.readOnly)
      }
      LSTMKernels.forward(
        units: shape.hidden, columns: columns, inputs: shape.inputs(ofLayer: index),
        weights: weights.part(layer.forward).readOnly, inputs,
        h: isNew ? nil : hidden[index].now.readOnly,
        previousCell: cell[index].readOnly, cell: cell[index], hidden: hidden[index].next)
      hidden[index] = (now: hidden[index].next, next: hidden[index].now)
    }
    isNew = false
  }

  /// Returns the head's forecasts from the present states, one a column.
  /// - Parameter regimes: K×B.
  func forecasts(regimes: FloatBuffer) -> FloatBuffer {
    layout.head(
      weights: weights.readOnly, columns: columns, hidden: hidden[shape.layers - 1].now.readOnly,
      regimes: regimes, middle: middle, output: output)
    return output.part(0..<columns).readOnly
  }
}
