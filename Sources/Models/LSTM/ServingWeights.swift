import Kernels

/// The weights of a network as one bar of one sequence reads them: lanes are outputs.
///
/// Shared by copies of a server; never written after `init`.
final class ServingWeights: @unchecked Sendable {
  /// Where they lie; valid as long as this lives.
  let network: ServingNetwork
  private let arena = FloatArena()
  private let layers: UnsafeMutableBufferPointer<LSTMKernels.VectorLayer>

  init(_ network: LSTMNetwork) {
    let shape = network.shape
    var matrices = Matrices(
      parameters: network.parameters, slots: shape.parameterSlots[...], arena: arena)
    layers = .allocate(capacity: shape.layers)
    for layer in layers.indices {
      layers.initializeElement(
        at: layer, to: matrices.layer(inputs: shape.inputs(ofLayer: layer), units: shape.hidden))
    }
    let head =
      shape.headHidden > 0 ? matrices.hiddenHead(units: shape.hidden) : .linear(matrices.output())
    self.network = ServingNetwork(shape: shape, layers: .init(layers), head: head)
  }

  deinit { layers.deallocate() }
}

/// Takes the matrices of a network one after the other and packs them.
private struct Matrices {
  let parameters: [Float]
  var slots: ArraySlice<ParameterSlot>
  let arena: FloatArena

  /// The values of the next tensor, row after row.
  private mutating func next() -> (values: ArraySlice<Float>, columns: Int) {
    let slot = slots.removeFirst()
    return (parameters[slot.range], slot.shape.count > 1 ? slot.shape[1] : 1)
  }

  mutating func layer(inputs: Int, units: Int) -> LSTMKernels.VectorLayer {
    let block = LSTMKernels.vectorUnits
    let panel = LSTMKernels.vectorPanel
    let outputs = 4 * LSTMKernels.padded(units)
    let matrices = [next().values, next().values]
    let biases = [next().values, next().values]
    let start = arena.take(outputs)
    let weights = arena.take(outputs * (inputs + units))
    for row in 0..<4 * units {
      let (gate, unit) = (row / units, row % units)
      let lane = gate * block + unit % block
      start[unit / block * panel + lane] =
        biases[0][biases[0].startIndex + row] + biases[1][biases[1].startIndex + row]
      for k in 0..<inputs + units {
        let (matrix, columns, column) =
          k < inputs ? (matrices[0], inputs, k) : (matrices[1], units, k - inputs)
        weights[(unit / block * (inputs + units) + k) * panel + lane] =
          matrix[matrix.startIndex + row * columns + column]
      }
    }
    return LSTMKernels.VectorLayer(
      inputs: inputs, units: units, start: start.readOnly, weights: weights.readOnly)
  }

  /// A layer of one output.
  mutating func output() -> LSTMKernels.VectorHead {
    let row = next().values
    let weights = arena.take(row.count)
    _ = weights.update(fromContentsOf: row)
    return LSTMKernels.VectorHead(weights: weights.readOnly, start: next().values.first!)
  }

  mutating func hiddenHead(units: Int) -> ServingNetwork.Head {
    let (values, columns) = next()
    let bias = next().values
    /// Packs some columns in panels of outputs.
    func pack(_ range: Range<Int>) -> FloatBuffer {
      let outputs = LSTMKernels.padded(bias.count)
      let packed = arena.take(outputs * range.count)
      for output in 0..<bias.count {
        let panel = output / LSTMKernels.vectorPanel * LSTMKernels.vectorPanel
        let width = min(LSTMKernels.vectorPanel, outputs - panel)
        for k in range {
          packed[panel * range.count + (k - range.lowerBound) * width + (output - panel)] =
            values[values.startIndex + output * columns + k]
        }
      }
      return packed.readOnly
    }
    let start = arena.take(LSTMKernels.padded(bias.count))
    for (output, value) in bias.enumerated() { start[output] = value }
    return .hidden(
      ServingNetwork.HiddenHead(
        weights: pack(0..<units), regimes: pack(units..<columns), start: start.readOnly,
        last: output()))
  }
}
