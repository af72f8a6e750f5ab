import Kernels

extension LSTMBatchPass {
  /// Computes the forecasts of the loaded batch.
  package func forward() {
    isDropping = false
    run()
  }

  /// Computes the forecasts of the loaded batch, dropping LSTM outputs at random.
  ///
  /// Draws 16 bits per output of layer, step, chunk and unit, in this order; the last layer's
  /// steps before the first loss need none.
  package func forward(dropout: Float, using random: inout CounterRandom) {
    isDropping = dropout > 0
    if isDropping {
      let hp = layout.hiddenWidth
      let threshold = UInt64(dropout * 65536)
      let scale = 1 / (1 - dropout)
      for (index, layer) in layers.enumerated() {
        let first = index == layers.count - 1 ? lossFrom : 0
        var bits: UInt64 = 0
        var left = 0
        for row in first * batch..<steps * batch {
          for unit in 0..<shape.hidden {
            if left == 0 {
              bits = random.next()
              left = 4
            }
            layer.mask[row * hp + unit] = bits & 0xffff < threshold ? 0 : scale
            bits >>= 16
            left -= 1
          }
        }
      }
    }
    run()
  }

  private func run() {
    let hp = layout.hiddenWidth
    let rows = steps * batch
    let state = batch * hp
    let weights = weights.readOnly
    for (index, layer) in layers.enumerated() {
      let packed = layout.layers[index]
      let source = index == 0 ? inputs.readOnly : outputs(ofLayer: index - 1)
      LSTMKernels.product(
        rows: rows, columns: 4 * hp, depth: shape.inputs(ofLayer: index), source,
        aStride: packed.width, weights.part(packed.input),
        start: .bias(weights.part(packed.bias)), into: layer.gates)
      for n in 0..<state {
        layer.hidden[n] = 0
        layer.cell[n] = 0
      }
      let recurrent = weights.part(packed.recurrent)
      for t in 0..<steps {
        let before = t * state..<(t + 1) * state
        let after = (t + 1) * state..<(t + 2) * state
        let gates = layer.gates.part(4 * before.lowerBound..<4 * before.upperBound)
        LSTMKernels.product(
          rows: batch, columns: 4 * hp, depth: shape.hidden,
          layer.hidden.part(before).readOnly, aStride: hp, recurrent, start: .result, into: gates)
        LSTMKernels.cellForward(
          rows: batch, width: hp, gates: gates, previousCell: layer.cell.part(before).readOnly,
          cell: layer.cell.part(after), cellTanh: layer.cellTanh.part(before),
          hidden: layer.hidden.part(after))
      }
      if isDropping {
        let first = index == layers.count - 1 ? lossFrom * state : 0
        LSTMKernels.multiply(
          layer.hidden.part(state + first..<state + steps * state).readOnly,
          layer.mask.part(first..<steps * state).readOnly,
          into: layer.dropped.part(first..<steps * state))
      }
    }
    let first = lossFrom * batch
    layout.head(
      weights: weights, rows: rows - first,
      hidden: outputs(ofLayer: layers.count - 1).part(first * hp..<rows * hp),
      regimes: regimes.part(first * regimeWidth..<rows * regimeWidth).readOnly,
      regimeStride: regimeWidth,
      middle: middle.part(first * layout.headWidth..<rows * layout.headWidth),
      output: output.part(first * 8..<rows * 8))
  }

  /// Returns the sum of the losses over all targets of the batch (rows ascending, in float64)
  /// and prepares the backward pass of their mean.
  package func loss(_ kind: LSTMLoss) -> Double {
    precondition(targetCount > 0, "the batch has no target")
    let share = 1 / Float(targetCount)
    var sum = 0.0
    for row in lossFrom * batch..<steps * batch {
      let target = targets[row]
      if target.isNaN {
        outputGradient[row * 8] = 0
      } else {
        sum += Double(kind.value(output[row * 8], target))
        outputGradient[row * 8] = kind.derivative(output[row * 8], target) * share
      }
    }
    return sum
  }
}
