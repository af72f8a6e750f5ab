import Kernels

extension LSTMShard {
  /// Adds the gradient of the batch's mean loss, after `forward` and `loss`, by backpropagation
  /// through all steps of the chunks, the last step first, the burn-in included.
  func backward(_ weights: FloatBuffer, into gradients: LSTMGradients) {
    for layer in layers { layer.cellGradient.update(repeating: 0) }
    for t in (0..<steps).reversed() {
      var above = t >= lossFrom ? backwardHead(weights, step: t, into: gradients) : nil
      for index in layers.indices.reversed() {
        if let above, !dropouts.isEmpty {
          dropouts[index].apply(
            rows: shape.hidden, first: t * shape.hidden, columns: columns, above.readOnly,
            into: above)
        }
        above = backwardLayer(index, weights, step: t, above: above, into: gradients)
      }
    }
    gradients.flush(sequences: chunks, columns: columns)
  }

  /// From `outputGradient` to the gradient of the last layer's outputs, H×B.
  private func backwardHead(
    _ weights: FloatBuffer, step t: Int, into gradients: LSTMGradients
  ) -> MutableFloatBuffer {
    let n = shape.headWidth
    let dForecast = step(t, of: outputGradient, rows: 4)
    let dz = gradients.head.nextOutputs(columns: columns)
    if shape.headHidden > 0 {
      let outputs = step(t, of: middle, rows: 4 * LSTMKernels.panels(n))
      append(dForecast.readOnly, inputs: outputs.readOnly, to: &gradients.last)
      LSTMKernels.product(
        outputs: n, columns: columns, start: nil, weights: weights.part(layout.lastBack),
        dForecast.readOnly, depth: 1, into: dz)
      LSTMKernels.rectifyBackward(dz, output: outputs.readOnly)
    } else {
      _ = dz.update(fromContentsOf: dForecast)
    }
    let inputs = gradients.head.nextInputs(columns: columns)
    transpose(
      outputs(ofLayer: layers.count - 1, step: t), rows: shape.hidden, into: inputs,
      width: gradients.head.width)
    LSTMKernels.inputRows(
      chunks, columns: shape.regimes,
      regimes.part(t * shape.regimes..<regimes.count).readOnly, stride: steps * shape.regimes,
      one: gradients.head.hasBiasColumn, into: inputs.part(shape.hidden..<inputs.count),
      stride: gradients.head.width)
    LSTMKernels.product(
      outputs: shape.hidden, columns: columns, start: nil, weights: weights.part(layout.headBack),
      dz.readOnly, depth: n, into: outputsGradient)
    gradients.head.append(sequences: chunks, columns: columns)
    return outputsGradient
  }

  /// Adds a step of the last layer of the head.
  private func append(
    _ dForecast: FloatBuffer, inputs: FloatBuffer, to last: inout WeightGradientSums?
  ) {
    guard var sums = last else { return }
    _ = sums.nextOutputs(columns: columns).update(fromContentsOf: dForecast)
    let rows = sums.nextInputs(columns: columns)
    transpose(inputs, rows: sums.first, into: rows, width: sums.width)
    LSTMKernels.inputRows(
      chunks, columns: 0, inputs, stride: 0, one: sums.hasBiasColumn,
      into: rows.part(sums.first..<rows.count), stride: sums.width)
    sums.append(sequences: chunks, columns: columns)
    last = sums
  }

  /// From the gradient of a layer's outputs at step `t` to that of its inputs, I×B.
  private func backwardLayer(
    _ index: Int, _ weights: FloatBuffer, step t: Int, above: MutableFloatBuffer?,
    into gradients: LSTMGradients
  ) -> MutableFloatBuffer? {
    let layer = layers[index]
    let packed = layout.layers[index]
    let hidden = shape.hidden
    let dz = gradients.layers[index].nextOutputs(columns: columns)
    LSTMKernels.backward(
      units: hidden, columns: columns, record: record(layer, step: t),
      previousCell: step(t, of: layer.cell, rows: hidden).readOnly, above: above?.readOnly,
      after: t == steps - 1 ? nil : layer.hiddenGradient.readOnly,
      cellGradient: layer.cellGradient, into: dz)
    if t > 0 {
      LSTMKernels.product(
        outputs: hidden, columns: columns, start: nil, weights: weights.part(packed.recurrentBack),
        dz.readOnly, depth: 4 * hidden, into: layer.hiddenGradient)
    }
    let width = gradients.layers[index].width
    let one = gradients.layers[index].hasBiasColumn
    let inputs = gradients.layers[index].nextInputs(columns: columns)
    transpose(
      step(t, of: layer.hidden, rows: hidden).readOnly, rows: hidden, into: inputs, width: width)
    let rest = inputs.part(hidden..<inputs.count)
    if index > 0 {
      let below = outputs(ofLayer: index - 1, step: t)
      transpose(below, rows: hidden, into: rest, width: width)
      LSTMKernels.inputRows(
        chunks, columns: 0, below, stride: 0, one: one, into: rest.part(hidden..<rest.count),
        stride: width)
      LSTMKernels.product(
        outputs: hidden, columns: columns, start: nil, weights: weights.part(packed.inputBack),
        dz.readOnly, depth: 4 * hidden, into: outputsGradient)
    } else {
      LSTMKernels.inputRows(
        chunks, columns: shape.inputs, bars.part(t * shape.inputs..<bars.count).readOnly,
        stride: steps * shape.inputs, one: one, into: rest, stride: width)
    }
    gradients.layers[index].append(sequences: chunks, columns: columns)
    return index > 0 ? outputsGradient : nil
  }

  /// Turns units×columns into one row a column, `width` apart.
  private func transpose(
    _ x: FloatBuffer, rows: Int, into y: MutableFloatBuffer, width: Int
  ) {
    unitOffsets(rows).withUnsafeBufferPointer {
      LSTMKernels.transpose(columns: columns, x, rowsAt: $0, into: y, stride: width)
    }
  }
}
