import Kernels

/// A network's weights as one bar of one sequence reads them: lanes are outputs.
///
/// A matrix of outputs×inputs lies in panels (``LSTMKernels/vectorProduct(outputs:start:weights:_:into:fromLast:)``),
/// each of which is read from one end to the other.
///
/// Shared by copies of a server; never written after `init`.
final class ServingWeights: @unchecked Sendable {
  struct Layer {
    /// 4Hp outputs, blocks i f g o of Hp units, of I inputs.
    let input: FloatBuffer
    /// 4Hp outputs of H inputs.
    let recurrent: FloatBuffer
    /// 4Hp: the sum of both biases.
    let start: FloatBuffer
  }

  let shape: LSTMShape
  private let arena = FloatArena()
  let layers: [Layer]
  /// Np outputs of H inputs, and of the K regimes: the head's first layer.
  let head: FloatBuffer
  let headRegimes: FloatBuffer
  let headStart: FloatBuffer
  /// 16 outputs of N inputs, output 0 used: the last layer; empty with a linear head.
  let last: FloatBuffer
  let lastStart: FloatBuffer

  /// Hp: units padded to whole vectors.
  var width: Int { LSTMKernels.padded(shape.hidden) }
  /// Np.
  var headWidth: Int { LSTMKernels.padded(shape.headWidth) }

  init(_ network: LSTMNetwork) {
    let shape = network.shape
    let arena = arena
    let width = LSTMKernels.padded(shape.hidden)
    var slots = shape.parameterSlots[...]
    /// Packs some columns of a matrix; its outputs are blocks of padded rows.
    func pack(_ slot: ParameterSlot, blocks: Int, _ columns: Range<Int>) -> FloatBuffer {
      let rows = slot.shape[0] / blocks
      let padded = LSTMKernels.padded(rows)
      let packed = arena.take(columns.count * blocks * padded)
      for row in 0..<rows * blocks {
        let lane = row / rows * padded + row % rows
        let panel = lane / LSTMKernels.vectorPanel * LSTMKernels.vectorPanel
        let width = min(LSTMKernels.vectorPanel, blocks * padded - panel)
        for k in columns {
          let at = panel * columns.count + (k - columns.lowerBound) * width + (lane - panel)
          packed[at] = network.parameters[slot.range.lowerBound + row * slot.shape[1] + k]
        }
      }
      return packed.readOnly
    }
    /// Takes the next matrix.
    func matrix(blocks: Int) -> FloatBuffer {
      let slot = slots.removeFirst()
      return pack(slot, blocks: blocks, 0..<slot.shape[1])
    }
    /// Takes the next `count` biases and adds them up.
    func start(blocks: Int, count: Int) -> FloatBuffer {
      let rows = slots[slots.startIndex].shape[0] / blocks
      let padded = LSTMKernels.padded(rows)
      let packed = arena.take(blocks * padded)
      let parts = slots.prefix(count).map { network.parameters[$0.range] }
      slots.removeFirst(count)
      for row in 0..<rows * blocks {
        packed[row / rows * padded + row % rows] =
          parts.dropFirst().reduce(parts[0][parts[0].startIndex + row]) {
            $0 + $1[$1.startIndex + row]
          }
      }
      return packed.readOnly
    }
    layers = (0..<shape.layers).map { _ in
      Layer(
        input: matrix(blocks: 4), recurrent: matrix(blocks: 4), start: start(blocks: 4, count: 2))
    }
    let headSlot = slots.removeFirst()
    head = pack(headSlot, blocks: 1, 0..<shape.hidden)
    headRegimes = pack(headSlot, blocks: 1, shape.hidden..<shape.headInputs)
    headStart = start(blocks: 1, count: 1)
    last = shape.headHidden > 0 ? matrix(blocks: 1) : FloatBuffer(rebasing: head.prefix(0))
    lastStart =
      shape.headHidden > 0 ? start(blocks: 1, count: 1) : FloatBuffer(rebasing: head.prefix(0))
    self.shape = shape
    precondition(layers[0].start.count == 4 * width)
  }
}
