import Kernels

/// Forward and backward passes of a network over a batch of chunks, with the memory they need.
///
/// A row of every activation matrix is one chunk at one step: row `t·batch + b`. H, I, K and the
/// head's width N are padded to Hp, Ip, Kp and Np (see ``PackedLayout``); S is the number of steps
/// and B the batch. Belongs to one fit; nothing here is shared.
package final class LSTMBatchPass {
  /// The activations of one LSTM layer.
  struct Layer {
    /// SB×4Hp: gate sums, then gates, after the backward pass gradients of the sums.
    let gates: UnsafeMutableBufferPointer<Float>
    /// (S+1)B×Hp: cell states, the first B rows the zero state before the first step.
    let cell: UnsafeMutableBufferPointer<Float>
    /// SB×Hp: tanh of the cell states.
    let cellTanh: UnsafeMutableBufferPointer<Float>
    /// (S+1)B×Hp: hidden states, the first B rows zero.
    let hidden: UnsafeMutableBufferPointer<Float>
    /// SB×Hp: 0 where an output is dropped, else 1/(1 − dropout).
    let mask: UnsafeMutableBufferPointer<Float>
    /// SB×Hp: hidden states times mask.
    let dropped: UnsafeMutableBufferPointer<Float>
    /// 4Hp×Ip, 4Hp×Hp, 4Hp: sums of the gradients.
    let inputGradient: UnsafeMutableBufferPointer<Float>
    let recurrentGradient: UnsafeMutableBufferPointer<Float>
    let biasGradient: UnsafeMutableBufferPointer<Float>
  }

  package let shape: LSTMShape
  let layout: PackedLayout
  let maxSteps: Int
  let maxBatch: Int
  private let arena: FloatArena

  /// All of ``PackedLayout``.
  let weights: UnsafeMutableBufferPointer<Float>
  let layers: [Layer]
  /// SB×Ip: the features.
  let inputs: UnsafeMutableBufferPointer<Float>
  /// SB×Kp: the regime probabilities.
  let regimes: UnsafeMutableBufferPointer<Float>
  /// SB: NaN where there is no loss.
  let targets: UnsafeMutableBufferPointer<Float>
  /// SB×Np: rectified outputs of the head's hidden layer, from row `lossFrom·B` on.
  let middle: UnsafeMutableBufferPointer<Float>
  /// SB×8: column 0 the forecasts, from row `lossFrom·B` on.
  let output: UnsafeMutableBufferPointer<Float>
  /// SB×8: gradients of `output`; columns 1 to 7 stay zero.
  let outputGradient: UnsafeMutableBufferPointer<Float>
  /// SB×Np: gradients of the head's first layer.
  let middleGradient: UnsafeMutableBufferPointer<Float>
  /// SB×Hp: gradients of a layer's outputs.
  let layerGradient: UnsafeMutableBufferPointer<Float>
  /// B×Hp each: what a step hands back to the step before.
  let hiddenGradient: UnsafeMutableBufferPointer<Float>
  let cellGradient: UnsafeMutableBufferPointer<Float>
  /// N×Hp, N×Kp, Np, Np and 8: sums of the head's gradients.
  let headHiddenGradient: UnsafeMutableBufferPointer<Float>
  let headRegimeGradient: UnsafeMutableBufferPointer<Float>
  let headBiasGradient: UnsafeMutableBufferPointer<Float>
  let lastGradient: UnsafeMutableBufferPointer<Float>
  let lastBiasGradient: UnsafeMutableBufferPointer<Float>

  /// What the last `load` brought.
  package private(set) var steps = 0
  package private(set) var batch = 0
  /// The first step at which any chunk has a loss.
  package private(set) var lossFrom = 0
  /// How many targets carry a loss.
  package private(set) var targetCount = 0
  /// Whether the last forward pass dropped outputs.
  var isDropping = false

  /// Padded regimes, Kp.
  var regimeWidth: Int { LSTMKernels.padded(shape.regimes) }

  package init(shape: LSTMShape, maxSteps: Int, maxBatch: Int) {
    precondition(maxSteps > 0 && maxBatch > 0)
    let layout = PackedLayout(shape)
    let arena = FloatArena()
    let rows = maxSteps * maxBatch
    let hp = layout.hiddenWidth
    let kp = LSTMKernels.padded(shape.regimes)
    let np = layout.headWidth
    let n = shape.headWidth
    self.shape = shape
    self.layout = layout
    self.maxSteps = maxSteps
    self.maxBatch = maxBatch
    self.arena = arena
    weights = arena.take(layout.count)
    layers = layout.layers.map { layer in
      Layer(
        gates: arena.take(rows * 4 * hp), cell: arena.take((rows + maxBatch) * hp),
        cellTanh: arena.take(rows * hp), hidden: arena.take((rows + maxBatch) * hp),
        mask: arena.take(rows * hp), dropped: arena.take(rows * hp),
        inputGradient: arena.take(4 * hp * layer.width),
        recurrentGradient: arena.take(4 * hp * hp), biasGradient: arena.take(4 * hp))
    }
    inputs = arena.take(rows * layout.layers[0].width)
    regimes = arena.take(rows * kp)
    targets = arena.take(rows)
    middle = arena.take(rows * np)
    output = arena.take(rows * 8)
    outputGradient = arena.take(rows * 8)
    middleGradient = arena.take(rows * np)
    layerGradient = arena.take(rows * hp)
    hiddenGradient = arena.take(maxBatch * hp)
    cellGradient = arena.take(maxBatch * hp)
    headHiddenGradient = arena.take(n * hp)
    headRegimeGradient = arena.take(n * kp)
    headBiasGradient = arena.take(np)
    lastGradient = arena.take(np)
    lastBiasGradient = arena.take(8)
  }

  /// Takes new weights over.
  package func setWeights(_ parameters: [Float]) {
    precondition(parameters.count == shape.parameterCount)
    parameters.withUnsafeBufferPointer { layout.pack($0, into: weights) }
  }

  /// Gathers a batch. Chunks shorter than the longest are continued with zeros and no loss.
  package func load(
    _ chunks: some RandomAccessCollection<TrainingChunk>,
    from sequences: [TrainingSequence]
  ) {
    precondition(!chunks.isEmpty && chunks.count <= maxBatch)
    batch = chunks.count
    steps = 0
    lossFrom = Int.max
    for chunk in chunks {
      steps = max(steps, chunk.steps.count)
      lossFrom = min(lossFrom, chunk.lossFrom - chunk.steps.lowerBound)
    }
    precondition(steps <= maxSteps)
    targetCount = 0
    let width = layout.layers[0].width
    for (b, chunk) in chunks.enumerated() {
      let sequence = sequences[chunk.sequence]
      let length = chunk.steps.count
      sequence.inputs.withUnsafeBufferPointer { source in
        for t in 0..<steps {
          let at = (t * batch + b) * width
          let from = (chunk.steps.lowerBound + t) * shape.inputs
          for k in 0..<shape.inputs { inputs[at + k] = t < length ? source[from + k] : 0 }
        }
      }
      for t in lossFrom..<steps {
        let row = t * batch + b
        let step = chunk.steps.lowerBound + t
        for k in 0..<shape.regimes {
          regimes[row * regimeWidth + k] =
            t < length ? sequence.regimes[step * shape.regimes + k] : 0
        }
        let target = t < length && step >= chunk.lossFrom ? sequence.targets[step] : .nan
        targets[row] = target
        if !target.isNaN { targetCount += 1 }
      }
    }
  }

  /// The outputs of a layer as the next one sees them, SB×Hp.
  func outputs(ofLayer layer: Int) -> UnsafeBufferPointer<Float> {
    let rows = steps * batch * layout.hiddenWidth
    guard isDropping else {
      let first = batch * layout.hiddenWidth
      return layers[layer].hidden.part(first..<first + rows).readOnly
    }
    return layers[layer].dropped.part(0..<rows).readOnly
  }

  /// The forecast of chunk `b` at step `t` after a forward pass; `t` from `lossFrom` on.
  package func forecast(step t: Int, chunk b: Int) -> Float {
    precondition(t >= lossFrom && t < steps && b >= 0 && b < batch)
    return output[(t * batch + b) * 8]
  }

  /// The hidden state of a layer for chunk `b` after step `t`.
  package func hiddenState(layer: Int, step t: Int, chunk b: Int) -> [Float] {
    let at = ((t + 1) * batch + b) * layout.hiddenWidth
    return Array(layers[layer].hidden[at..<at + shape.hidden])
  }

  /// The cell state of a layer for chunk `b` after step `t`.
  package func cellState(layer: Int, step t: Int, chunk b: Int) -> [Float] {
    let at = ((t + 1) * batch + b) * layout.hiddenWidth
    return Array(layers[layer].cell[at..<at + shape.hidden])
  }
}

/// Memory that lives as long as its owner, handed out in zeroed pieces.
private final class FloatArena {
  private var pieces: [UnsafeMutableBufferPointer<Float>] = []

  func take(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let piece = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    piece.initialize(repeating: 0)
    pieces.append(piece)
    return piece
  }

  deinit {
    for piece in pieces { piece.deallocate() }
  }
}
