import Kernels

extension LSTMBatchPass {
  /// Computes the gradient of the batch's mean loss, after `forward` and `loss`, by
  /// backpropagation through all steps of the chunks, the burn-in included.
  ///
  /// Uses the gates up: another backward pass needs another forward pass.
  /// - Parameter gradient: One value per parameter, in the network's order; overwritten.
  package func backward(into gradient: inout [Float]) {
    precondition(gradient.count == shape.parameterCount)
    backwardHead()
    for index in layers.indices.reversed() { backwardLayer(index) }
    gradient.withUnsafeMutableBufferPointer { unpack(into: $0) }
  }

  /// From `outputGradient` to the head's gradients and `layerGradient`.
  private func backwardHead() {
    let hp = layout.hiddenWidth
    let np = layout.headWidth
    let n = shape.headWidth
    let first = lossFrom * batch
    let rows = steps * batch - first
    let all = first..<first + rows
    let weights = weights.readOnly
    for sums in [
      headHiddenGradient, headRegimeGradient, headBiasGradient, lastGradient, lastBiasGradient,
    ] { sums.update(repeating: 0) }

    var dz = outputGradient.part(all.scaled(8)).readOnly
    if shape.headHidden > 0 {
      let outputs = middle.part(all.scaled(np)).readOnly
      LSTMKernels.addWeightGradient(
        rows: rows, outputs: 1, inputs: np, dz, dzStride: 8, outputs, to: lastGradient)
      LSTMKernels.addColumnSums(rows: rows, columns: 8, dz, to: lastBiasGradient)
      let inner = middleGradient.part(all.scaled(np))
      LSTMKernels.product(
        rows: rows, columns: np, depth: 1, dz, aStride: 8, weights.part(layout.lastBack),
        start: .zero, into: inner)
      LSTMKernels.rectifyBackward(inner, output: outputs)
      dz = inner.readOnly
    }
    LSTMKernels.addWeightGradient(
      rows: rows, outputs: n, inputs: hp, dz, dzStride: np,
      outputs(ofLayer: layers.count - 1).part(all.scaled(hp)), to: headHiddenGradient)
    LSTMKernels.addWeightGradient(
      rows: rows, outputs: n, inputs: regimeWidth, dz, dzStride: np,
      regimes.part(all.scaled(regimeWidth)).readOnly, to: headRegimeGradient)
    LSTMKernels.addColumnSums(rows: rows, columns: np, dz, to: headBiasGradient)
    layerGradient.part(0..<first * hp).update(repeating: 0)
    LSTMKernels.product(
      rows: rows, columns: hp, depth: n, dz, aStride: np, weights.part(layout.headBack),
      start: .zero, into: layerGradient.part(all.scaled(hp)))
  }

  /// From `layerGradient` of a layer to its weight gradients and `layerGradient` of the layer
  /// below.
  private func backwardLayer(_ index: Int) {
    let layer = layers[index]
    let packed = layout.layers[index]
    let hp = layout.hiddenWidth
    let rows = steps * batch
    let state = batch * hp
    let weights = weights.readOnly
    if isDropping {
      let first = index == layers.count - 1 ? lossFrom * state : 0
      let kept = layerGradient.part(first..<rows * hp)
      LSTMKernels.multiply(
        kept.readOnly, layer.mask.part(first..<rows * hp).readOnly, into: kept)
    }
    hiddenGradient.update(repeating: 0)
    cellGradient.update(repeating: 0)
    let recurrent = weights.part(packed.recurrentBack)
    for t in (0..<steps).reversed() {
      let now = t * state..<(t + 1) * state
      let gates = layer.gates.part(now.scaled(4))
      LSTMKernels.cellBackward(
        rows: batch, width: hp, gates: gates, previousCell: layer.cell.part(now).readOnly,
        cellTanh: layer.cellTanh.part(now).readOnly,
        outputGradient: layerGradient.part(now).readOnly,
        recurrentGradient: hiddenGradient.readOnly, cellGradient: cellGradient)
      if t > 0 {
        LSTMKernels.product(
          rows: batch, columns: hp, depth: 4 * hp, gates.readOnly, aStride: 4 * hp, recurrent,
          start: .zero, into: hiddenGradient)
      }
    }
    for sums in [layer.inputGradient, layer.recurrentGradient, layer.biasGradient] {
      sums.update(repeating: 0)
    }
    let dz = layer.gates.readOnly
    LSTMKernels.addWeightGradient(
      rows: rows, outputs: 4 * hp, inputs: packed.width, dz, dzStride: 4 * hp,
      index == 0 ? inputs.readOnly : outputs(ofLayer: index - 1), to: layer.inputGradient)
    LSTMKernels.addWeightGradient(
      rows: rows, outputs: 4 * hp, inputs: hp, dz, dzStride: 4 * hp, layer.hidden.readOnly,
      to: layer.recurrentGradient)
    LSTMKernels.addColumnSums(rows: rows, columns: 4 * hp, dz, to: layer.biasGradient)
    if index > 0 {
      LSTMKernels.product(
        rows: rows, columns: hp, depth: 4 * hp, dz, aStride: 4 * hp,
        weights.part(packed.inputBack), start: .zero, into: layerGradient)
    }
  }

  /// Writes the padded sums into the order of the network's parameters.
  private func unpack(into gradient: UnsafeMutableBufferPointer<Float>) {
    let hidden = shape.hidden
    let hp = layout.hiddenWidth
    var at = 0
    for (index, layer) in layers.enumerated() {
      for (sums, columns, stride) in [
        (layer.inputGradient, shape.inputs(ofLayer: index), layout.layers[index].width),
        (layer.recurrentGradient, hidden, hp),
      ] {
        for gate in 0..<4 {
          for unit in 0..<hidden {
            for k in 0..<columns {
              gradient[at] = sums[(gate * hp + unit) * stride + k]
              at += 1
            }
          }
        }
      }
      // Both biases enter the same sum: PyTorch's bias_ih and bias_hh have the same gradient.
      for _ in 0..<2 {
        for gate in 0..<4 {
          for unit in 0..<hidden {
            gradient[at] = layer.biasGradient[gate * hp + unit]
            at += 1
          }
        }
      }
    }
    let n = shape.headWidth
    for row in 0..<n {
      for k in 0..<hidden { gradient[at + k] = headHiddenGradient[row * hp + k] }
      at += hidden
      for k in 0..<shape.regimes {
        gradient[at + k] = headRegimeGradient[row * regimeWidth + k]
      }
      at += shape.regimes
    }
    for row in 0..<n { gradient[at + row] = headBiasGradient[row] }
    at += n
    guard shape.headHidden > 0 else { return }
    for k in 0..<n { gradient[at + k] = lastGradient[k] }
    gradient[at + n] = lastBiasGradient[0]
  }
}

extension Range<Int> {
  /// Returns the elements that these rows occupy with `width` elements each.
  fileprivate func scaled(_ width: Int) -> Range { lowerBound * width..<upperBound * width }
}
