import Kernels

/// A network's weights as one bar of one sequence reads them: lanes are outputs.
///
/// Shared by copies of a server; never written after `init`.
final class ServingWeights: @unchecked Sendable {
  struct Layer {
    /// I×4Hp, blocks i f g o of Hp units.
    let input: FloatBuffer
    /// H×4Hp.
    let recurrent: FloatBuffer
    /// 4Hp: the sum of both biases.
    let start: FloatBuffer
  }

  let shape: LSTMShape
  private let arena = FloatArena()
  let layers: [Layer]
  /// (H + K)×Np and Np: the head's first layer.
  let head: FloatBuffer
  let headStart: FloatBuffer
  /// N×16 and 16, output 0 used: the last layer; empty with a linear head.
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
    /// Takes the next matrix, rows×columns, as columns×(blocks of padded rows).
    func matrix(blocks: Int) -> FloatBuffer {
      let slot = slots.removeFirst()
      let (rows, columns) = (slot.shape[0] / blocks, slot.shape[1])
      let padded = LSTMKernels.padded(rows)
      let packed = arena.take(columns * blocks * padded)
      for row in 0..<rows * blocks {
        let lane = row / rows * padded + row % rows
        for k in 0..<columns {
          packed[k * blocks * padded + lane] =
            network.parameters[slot.range.lowerBound + row * columns + k]
        }
      }
      return packed.readOnly
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
    head = matrix(blocks: 1)
    headStart = start(blocks: 1, count: 1)
    last = shape.headHidden > 0 ? matrix(blocks: 1) : FloatBuffer(rebasing: head.prefix(0))
    lastStart =
      shape.headHidden > 0 ? start(blocks: 1, count: 1) : FloatBuffer(rebasing: head.prefix(0))
    self.shape = shape
    precondition(layers[0].start.count == 4 * width)
  }
}
