import Kernels

/// Forward and backward passes of a network over a batch of chunks, with the memory they need.
///
/// The chunks are cut into shards of ``LSTMShard/capacity``, whose gradients are added in their order:
/// how a batch is cut depends on its size alone. Belongs to one fit; nothing here is shared.
package final class LSTMBatchPass {
  package let shape: LSTMShape
  private let layout: PackedLayout
  private let arena = FloatArena()
  /// All of ``PackedLayout``.
  private let weights: MutableFloatBuffer
  private let shards: [LSTMShard]
  private let gradients: LSTMGradients

  /// What the last `load` brought.
  package private(set) var steps = 0
  package private(set) var batch = 0
  /// The first step at which any chunk has a loss.
  package private(set) var lossFrom = 0
  /// How many targets carry a loss.
  package private(set) var targetCount = 0

  package init(shape: LSTMShape, maxSteps: Int, maxBatch: Int) {
    precondition(maxSteps > 0 && maxBatch > 0)
    let layout = PackedLayout(shape)
    self.shape = shape
    self.layout = layout
    weights = arena.take(layout.count)
    shards = stride(from: 0, to: maxBatch, by: LSTMShard.capacity).map {
      LSTMShard(
        shape: shape, layout: layout, maxSteps: maxSteps,
        maxChunks: min(LSTMShard.capacity, maxBatch - $0))
    }
    gradients = LSTMGradients(
      shape: shape, maxColumns: LSTMKernels.padded(min(LSTMShard.capacity, maxBatch)))
  }

  /// Takes new weights over.
  package func setWeights(_ parameters: [Float]) {
    precondition(parameters.count == shape.parameterCount)
    parameters.withUnsafeBufferPointer { layout.pack($0, into: weights) }
  }

  /// Gathers a batch. Chunks shorter than the longest are continued with zeros and no loss.
  package func load(
    _ chunks: some RandomAccessCollection<TrainingChunk>, from sequences: [TrainingSequence]
  ) {
    precondition(!chunks.isEmpty && chunks.count <= shards.count * LSTMShard.capacity)
    batch = chunks.count
    steps = 0
    lossFrom = Int.max
    for chunk in chunks {
      steps = max(steps, chunk.steps.count)
      lossFrom = min(lossFrom, chunk.lossFrom - chunk.steps.lowerBound)
    }
    targetCount = 0
    var rest = chunks[...]
    for shard in used {
      targetCount += shard.load(
        rest.prefix(LSTMShard.capacity), from: sequences, steps: steps, lossFrom: lossFrom)
      rest = rest.dropFirst(LSTMShard.capacity)
    }
  }

  /// Computes the forecasts of the loaded batch.
  package func forward() {
    for shard in used {
      shard.dropouts = []
      shard.forward(weights.readOnly)
    }
  }

  /// Computes the forecasts of the loaded batch, dropping LSTM outputs at random.
  ///
  /// Draws one key for each shard and layer, in this order.
  package func forward(dropout: Float, using random: inout CounterRandom) {
    guard dropout > 0 else { return forward() }
    for shard in used {
      shard.dropouts = (0..<shape.layers).map { _ in
        LSTMKernels.Dropout(rate: dropout, key: random.next())
      }
      shard.forward(weights.readOnly)
    }
  }

  /// Returns the sum of the losses over all targets of the batch and prepares the backward pass of
  /// their mean.
  package func loss(_ kind: LSTMLoss) -> Double {
    precondition(targetCount > 0, "the batch has no target")
    let share = 1 / Float(targetCount)
    return used.reduce(0) { $0 + $1.loss(kind, share: share) }
  }

  /// Computes the gradient of the batch's mean loss, after `forward` and `loss`.
  /// - Parameter gradient: One value per parameter, in the network's order; overwritten.
  package func backward(into gradient: inout [Float]) {
    gradients.clear()
    for shard in used { shard.backward(weights.readOnly, into: gradients) }
    gradient.withUnsafeMutableBufferPointer { gradients.unpack(into: $0) }
  }

  /// The shards that the loaded batch fills.
  private var used: ArraySlice<LSTMShard> {
    shards.prefix((batch + LSTMShard.capacity - 1) / LSTMShard.capacity)
  }

  /// The forecast of chunk `b` at step `t` after a forward pass; `t` from `lossFrom` on.
  package func forecast(step t: Int, chunk b: Int) -> Float {
    precondition(t >= lossFrom && t < steps && b >= 0 && b < batch)
    let shard = shards[b / LSTMShard.capacity]
    return shard.step(t, of: shard.output, rows: 4)[b % LSTMShard.capacity]
  }

  /// The hidden state of a layer for chunk `b` after step `t`.
  package func hiddenState(layer: Int, step t: Int, chunk b: Int) -> [Float] {
    let shard = shards[b / LSTMShard.capacity]
    return column(b, of: shard.step(t + 1, of: shard.layers[layer].hidden, rows: shape.hidden))
  }

  /// The cell state of a layer for chunk `b` after step `t`.
  package func cellState(layer: Int, step t: Int, chunk b: Int) -> [Float] {
    let shard = shards[b / LSTMShard.capacity]
    return column(b, of: shard.step(t + 1, of: shard.layers[layer].cell, rows: shape.hidden))
  }

  private func column(_ b: Int, of state: MutableFloatBuffer) -> [Float] {
    let columns = state.count / shape.hidden
    return (0..<shape.hidden).map { state[$0 * columns + b % LSTMShard.capacity] }
  }
}
