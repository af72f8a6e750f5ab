import Kernels

/// The head: [h, regimes] → Linear → 1, or → Linear → ReLU → Linear → 1.
extension PackedLayout {
  /// Computes the forecasts of a number of rows.
  /// - Parameters:
  ///   - weights: Packed weights.
  ///   - rows: Any count.
  ///   - hidden: rows×Hp: outputs of the last LSTM layer.
  ///   - regimes: rows×K with stride `regimeStride`.
  ///   - middle: rows×Np, written with a hidden layer: its rectified outputs.
  ///   - output: rows×8, written; column 0 is the forecast.
  func head(
    weights: UnsafeBufferPointer<Float>, rows: Int,
    hidden: UnsafeBufferPointer<Float>,
    regimes: UnsafeBufferPointer<Float>, regimeStride: Int,
    middle: UnsafeMutableBufferPointer<Float>,
    output: UnsafeMutableBufferPointer<Float>
  ) {
    let two = shape.headHidden > 0
    let first = two ? middle : output
    LSTMKernels.product(
      rows: rows, columns: headWidth, depth: shape.hidden, hidden, aStride: hiddenWidth,
      weights.part(headHidden), start: .bias(weights.part(headBias)), into: first)
    if shape.regimes > 0 {
      LSTMKernels.product(
        rows: rows, columns: headWidth, depth: shape.regimes, regimes, aStride: regimeStride,
        weights.part(headRegime), start: .result, into: first)
    }
    guard two else { return }
    LSTMKernels.rectify(middle.part(0..<rows * headWidth))
    LSTMKernels.product(
      rows: rows, columns: 8, depth: shape.headHidden, middle.readOnly, aStride: headWidth,
      weights.part(last), start: .bias(weights.part(lastBias)), into: output)
  }
}
