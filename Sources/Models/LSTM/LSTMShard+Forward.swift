import Kernels

extension LSTMShard {
  /// Computes the forecasts of the loaded chunks.
  /// - Parameter weights: All of ``PackedLayout``.
  func forward(_ weights: FloatBuffer) {
    let hidden = shape.hidden
    for layer in layers {
      step(0, of: layer.hidden, rows: hidden).update(repeating: 0)
      step(0, of: layer.cell, rows: hidden).update(repeating: 0)
    }
    for t in 0..<steps {
      var below = inputs(step: t)
      for (index, layer) in layers.enumerated() {
        let packed = layout.layers[index]
        let output = step(t + 1, of: layer.hidden, rows: hidden)
        LSTMKernels.forward(
          units: hidden, columns: columns, inputs: shape.inputs(ofLayer: index),
          weights: weights.part(packed.forward),
          .inputs(start: weights.part(packed.start), below),
          h: t == 0 ? nil : step(t, of: layer.hidden, rows: hidden).readOnly,
          previousCell: step(t, of: layer.cell, rows: hidden).readOnly,
          cell: step(t + 1, of: layer.cell, rows: hidden), hidden: output,
          record: record(layer, step: t))
        if !dropouts.isEmpty {
          dropouts[index].apply(
            rows: hidden, first: t * hidden, columns: columns, output.readOnly,
            into: step(t, of: layer.dropped, rows: hidden))
        }
        below = outputs(ofLayer: index, step: t)
      }
      if t >= lossFrom {
        layout.head(
          weights: weights, columns: columns, hidden: below, regimes: regimes(step: t),
          middle: step(t, of: middle, rows: 4 * LSTMKernels.panels(shape.headWidth)),
          output: step(t, of: output, rows: 4))
      }
    }
  }

  /// The features of one step, I×B.
  private func inputs(step t: Int) -> FloatBuffer {
    let from = t * shape.inputs
    barOffsets.withUnsafeBufferPointer {
      LSTMKernels.transpose(
        columns: shape.inputs, bars.part(from..<bars.count).readOnly, rowsAt: $0,
        into: inputColumns, stride: columns)
    }
    return inputColumns.part(0..<shape.inputs * columns).readOnly
  }

  /// The regime probabilities of one step, K×B.
  private func regimes(step t: Int) -> FloatBuffer {
    let from = t * shape.regimes
    regimeOffsets.withUnsafeBufferPointer {
      LSTMKernels.transpose(
        columns: shape.regimes, regimes.part(from..<regimes.count).readOnly, rowsAt: $0,
        into: regimeColumns, stride: columns)
    }
    return regimeColumns.part(0..<shape.regimes * columns).readOnly
  }

  /// Returns the sum of the losses over all targets (step by step, in float64) and prepares the
  /// backward pass of their mean.
  /// - Parameter share: One over the number of targets of the whole batch.
  func loss(_ kind: LSTMLoss, share: Float) -> Double {
    var sum = 0.0
    for t in lossFrom..<steps {
      let forecasts = step(t, of: output, rows: 4)
      let gradients = step(t, of: outputGradient, rows: 4)
      let targets = step(t, of: targets, rows: 1)
      gradients.update(repeating: 0)
      for b in 0..<chunks where !targets[b].isNaN {
        sum += Double(kind.value(forecasts[b], targets[b]))
        gradients[b] = kind.derivative(forecasts[b], targets[b]) * share
      }
    }
    return sum
  }
}
