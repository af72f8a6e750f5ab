import Kernels

/// Up to 64 chunks of a batch side by side, with the memory of their passes.
///
/// An activation is rows×columns: a row is a unit, a column a chunk (see ``LSTMKernels``). H, I, K and N
/// are units, inputs, regimes and outputs of the head's first layer, N4 is N rounded up to whole panels,
/// T is the number of steps, B the number of columns: the chunks, padded to a multiple of 16. What stands
/// in the padding reaches no chunk.
final class LSTMShard {
  /// The activations of one LSTM layer.
  struct Layer {
    /// T×4H×B.
    let gates: MutableFloatBuffer
    /// (T+1)×H×B: the first step is the zero state before the chunk.
    let cell: MutableFloatBuffer
    let hidden: MutableFloatBuffer
    /// T×H×B.
    let cellTanh: MutableFloatBuffer
    /// T×H×B: hidden states after dropout.
    let dropped: MutableFloatBuffer
    /// H4×B each: what a step hands back to the step before.
    let hiddenGradient: MutableFloatBuffer
    let cellGradient: MutableFloatBuffer
  }

  /// Chunks that one shard takes: four vectors of the widest registers.
  static let capacity = 64

  let shape: LSTMShape
  let layout: PackedLayout
  let maxSteps: Int
  let maxColumns: Int
  private let arena: FloatArena
  let layers: [Layer]
  /// chunks×T×I and chunks×T×K: features and regime probabilities, bar by bar.
  let bars: MutableFloatBuffer
  let regimes: MutableFloatBuffer
  /// T×B: NaN where there is no loss.
  let targets: MutableFloatBuffer
  /// I×B and K×B: those of one step.
  let inputColumns: MutableFloatBuffer
  let regimeColumns: MutableFloatBuffer
  /// T×N4×B: rectified outputs of the head's hidden layer, from `lossFrom` on.
  let middle: MutableFloatBuffer
  /// T×4×B: row 0 the forecasts, from `lossFrom` on.
  let output: MutableFloatBuffer
  /// T×4×B: gradients of `output`; rows 1 to 3 stay zero.
  let outputGradient: MutableFloatBuffer
  /// H4×B: gradients of a layer's outputs at one step.
  let outputsGradient: MutableFloatBuffer

  /// What the last `load` brought.
  private(set) var steps = 0
  private(set) var chunks = 0
  private(set) var columns = 0
  /// The first step at which any chunk of the batch has a loss.
  private(set) var lossFrom = 0
  /// The outputs that the last forward pass dropped, one choice a layer; empty for none.
  var dropouts: [LSTMKernels.Dropout] = []
  /// Where each chunk's bars start; where each unit's row starts.
  private(set) var barOffsets: [Int] = []
  private(set) var regimeOffsets: [Int] = []
  private var unitOffsets: [Int] = []

  init(shape: LSTMShape, layout: PackedLayout, maxSteps: Int, maxChunks: Int) {
    precondition(maxSteps > 0 && (1...Self.capacity).contains(maxChunks))
    let arena = FloatArena()
    let columns = LSTMKernels.padded(maxChunks)
    let rows = maxSteps * columns
    let hidden = shape.hidden
    let hidden4 = 4 * LSTMKernels.panels(hidden)
    let head4 = 4 * LSTMKernels.panels(shape.headWidth)
    self.shape = shape
    self.layout = layout
    self.maxSteps = maxSteps
    self.arena = arena
    maxColumns = columns
    layers = (0..<shape.layers).map { _ in
      Layer(
        gates: arena.take(rows * 4 * hidden), cell: arena.take((rows + columns) * hidden),
        hidden: arena.take((rows + columns) * hidden), cellTanh: arena.take(rows * hidden),
        dropped: arena.take(rows * hidden), hiddenGradient: arena.take(columns * hidden4),
        cellGradient: arena.take(columns * hidden4))
    }
    bars = arena.take(maxChunks * maxSteps * shape.inputs)
    regimes = arena.take(maxChunks * maxSteps * shape.regimes)
    targets = arena.take(rows)
    inputColumns = arena.take(columns * shape.inputs)
    regimeColumns = arena.take(columns * shape.regimes)
    middle = arena.take(rows * head4)
    output = arena.take(rows * 4)
    outputGradient = arena.take(rows * 4)
    outputsGradient = arena.take(columns * hidden4)
  }

  /// Gathers chunks. Those shorter than `steps` are continued with zeros and no loss.
  /// - Returns: How many targets carry a loss.
  func load(
    _ chunks: some Collection<TrainingChunk>, from sequences: [TrainingSequence], steps: Int,
    lossFrom: Int
  ) -> Int {
    precondition(steps <= maxSteps && LSTMKernels.padded(chunks.count) <= maxColumns)
    self.steps = steps
    self.lossFrom = lossFrom
    self.chunks = chunks.count
    columns = LSTMKernels.padded(chunks.count)
    barOffsets = (0..<chunks.count).map { $0 * steps * shape.inputs }
    regimeOffsets = (0..<chunks.count).map { $0 * steps * shape.regimes }
    unitOffsets = (0..<max(shape.hidden, shape.headWidth)).map { $0 * columns }
    var targetCount = 0
    for (b, chunk) in chunks.enumerated() {
      let sequence = sequences[chunk.sequence]
      copy(
        sequence.inputs, width: shape.inputs, rows: chunk.steps,
        into: bars.part(barOffsets[b]..<barOffsets[b] + steps * shape.inputs))
      copy(
        sequence.regimes, width: shape.regimes, rows: chunk.steps,
        into: regimes.part(regimeOffsets[b]..<regimeOffsets[b] + steps * shape.regimes))
      for t in lossFrom..<steps {
        let step = chunk.steps.lowerBound + t
        let isLoss = step < chunk.steps.upperBound && step >= chunk.lossFrom
        let target = isLoss ? sequence.targets[step] : .nan
        targets[t * columns + b] = target
        if !target.isNaN { targetCount += 1 }
      }
    }
    return targetCount
  }

  private func copy(
    _ values: [Float], width: Int, rows: Range<Int>, into place: MutableFloatBuffer
  ) {
    let count = rows.count * width
    values.withUnsafeBufferPointer { values in
      guard let to = place.baseAddress, let from = values.baseAddress, width > 0 else { return }
      to.update(from: from + rows.lowerBound * width, count: count)
    }
    place.part(count..<place.count).update(repeating: 0)
  }

  /// Where the first `rows` rows of an activation start.
  func unitOffsets(_ rows: Int) -> ArraySlice<Int> { unitOffsets[..<rows] }

  /// The rows of step `t` in a buffer of `rows` rows a step.
  func step(_ t: Int, of buffer: MutableFloatBuffer, rows: Int) -> MutableFloatBuffer {
    let size = rows * columns
    return buffer.part(t * size..<(t + 1) * size)
  }

  /// The outputs of a layer at step `t` as what is above it sees them, H×B.
  func outputs(ofLayer index: Int, step t: Int) -> FloatBuffer {
    let layer = layers[index]
    return dropouts.isEmpty
      ? step(t + 1, of: layer.hidden, rows: shape.hidden).readOnly
      : step(t, of: layer.dropped, rows: shape.hidden).readOnly
  }

  /// What the backward pass needs to know of step `t` of a layer.
  func record(_ layer: Layer, step t: Int) -> LSTMKernels.StepRecord {
    LSTMKernels.StepRecord(
      gates: step(t, of: layer.gates, rows: 4 * shape.hidden),
      cellTanh: step(t, of: layer.cellTanh, rows: shape.hidden))
  }
}
