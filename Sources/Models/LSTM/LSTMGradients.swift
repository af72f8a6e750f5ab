import Kernels

/// The gradient of all parameters of a network, summed over the steps and chunks of a batch.
final class LSTMGradients {
  let shape: LSTMShape
  private let arena = FloatArena()
  /// Outputs are the gates of each unit in turn, inputs h then x.
  var layers: [WeightGradientSums]
  /// Inputs h then the regimes.
  var head: WeightGradientSums
  /// The last layer; nil with a linear head.
  var last: WeightGradientSums?

  init(shape: LSTMShape, maxColumns: Int) {
    self.shape = shape
    let arena = arena
    layers = (0..<shape.layers).map {
      WeightGradientSums(
        outputs: 4 * shape.hidden, first: shape.hidden, second: shape.inputs(ofLayer: $0),
        maxColumns: maxColumns, arena: arena)
    }
    head = WeightGradientSums(
      outputs: shape.headWidth, first: shape.hidden, second: shape.regimes,
      maxColumns: maxColumns, arena: arena)
    if shape.headHidden > 0 {
      last = WeightGradientSums(
        outputs: 1, first: shape.headHidden, second: 0, maxColumns: maxColumns, arena: arena)
    }
  }

  func clear() {
    for index in layers.indices { layers[index].clear() }
    head.clear()
    last?.clear()
  }

  func flush(sequences: Int, columns: Int) {
    for index in layers.indices { layers[index].flush(sequences: sequences, columns: columns) }
    head.flush(sequences: sequences, columns: columns)
    last?.flush(sequences: sequences, columns: columns)
  }

  /// Writes the sums in the order of the network's parameters.
  func unpack(into gradient: MutableFloatBuffer) {
    precondition(gradient.count == shape.parameterCount)
    guard var to = gradient.baseAddress else { return }
    let hidden = shape.hidden
    func copy(_ count: Int, of sums: WeightGradientSums, row: Int, from column: Int) {
      guard let from = sums.sums.baseAddress else { return }
      to.update(from: from + row * sums.width + column, count: count)
      to += count
    }
    func put(_ value: Float) {
      to.pointee = value
      to += 1
    }
    for layer in layers {
      for (column, columns) in [(hidden, layer.second), (0, hidden)] {
        for gate in 0..<4 {
          for unit in 0..<hidden { copy(columns, of: layer, row: 4 * unit + gate, from: column) }
        }
      }
      // Both biases enter the same sum: PyTorch's bias_ih and bias_hh have the same gradient.
      for _ in 0..<2 {
        for gate in 0..<4 {
          for unit in 0..<hidden { put(layer.bias(4 * unit + gate)) }
        }
      }
    }
    for sums in [head] + (last.map { [$0] } ?? []) {
      for output in 0..<sums.outputs {
        copy(sums.first + sums.second, of: sums, row: output, from: 0)
      }
      for output in 0..<sums.outputs { put(sums.bias(output)) }
    }
  }
}
