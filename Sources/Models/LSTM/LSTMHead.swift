import Kernels

/// The head: [h, regimes] → Linear → 1, or → Linear → ReLU → Linear → 1.
extension PackedLayout {
  /// Computes the forecasts of a number of sequences.
  /// - Parameters:
  ///   - weights: Packed weights.
  ///   - columns: A multiple of 16.
  ///   - hidden: H×columns: outputs of the last LSTM layer.
  ///   - regimes: K×columns.
  ///   - middle: N4×columns, written with a hidden layer: its rectified outputs.
  ///   - output: 4×columns, written; row 0 is the forecast.
  func head(
    weights: FloatBuffer, columns: Int, hidden: FloatBuffer, regimes: FloatBuffer,
    middle: MutableFloatBuffer, output: MutableFloatBuffer
  ) {
    let two = shape.headHidden > 0
    LSTMKernels.product(
      outputs: shape.headWidth, columns: columns, start: weights.part(headStart),
      weights: weights.part(head), hidden, depth: shape.hidden, regimes, depth: shape.regimes,
      into: two ? middle : output)
    guard two else { return }
    LSTMKernels.rectify(middle)
    LSTMKernels.product(
      outputs: 1, columns: columns, start: weights.part(lastStart), weights: weights.part(last),
      middle.readOnly, depth: shape.headHidden, into: output)
  }
}
