import CKernels

// Matrix products of the LSTM: gates from inputs and states, input gradients, weight gradients.

extension LSTMKernels {
  /// Computes `y = start + W·[a; b]`, each output one chain over the rows of `a`, then of `b`.
  /// - Parameters:
  ///   - outputs: Rows of `y` that count; it has 4·``panels(_:)``.
  ///   - columns: A multiple of ``lanes``.
  ///   - start: 4·panels values, where the chains start; nil: at zero.
  ///   - weights: panels×(aDepth + bDepth)×4.
  ///   - a: aDepth×columns.
  ///   - b: bDepth×columns.
  ///   - y: 4·panels×columns, written.
  public static func product(
    outputs: Int, columns: Int, start: FloatBuffer?, weights: FloatBuffer,
    _ a: FloatBuffer, depth aDepth: Int, _ b: FloatBuffer? = nil, depth bDepth: Int = 0,
    into y: MutableFloatBuffer
  ) {
    let panels = panels(outputs)
    precondition(columns > 0 && columns % lanes == 0 && aDepth >= 0 && bDepth >= 0)
    precondition(start.map { $0.count >= 4 * panels } ?? true, "fewer starts than outputs")
    precondition(weights.count >= 4 * panels * (aDepth + bDepth), "too few weights")
    precondition(a.count >= aDepth * columns && (b?.count ?? 0) >= bDepth * columns)
    precondition(y.count >= 4 * panels * columns, "the result is smaller than its shape")
    var step = LSTMProduct(
      panels: panels, columns: columns, start: start?.baseAddress, weights: address(weights),
      aDepth: aDepth, a: address(a), bDepth: bDepth, b: b?.baseAddress, y: address(y))
    kernels.pointee.lstm.product(&step)
  }

  /// Adds a weight gradient: `sums[m][n] += Σ dz[s][m][r]·x[s][r][n]` over steps s and, within a
  /// step, sequences r, one after the other.
  /// - Parameters:
  ///   - outputs: Rows of `dz` that count; a step of it has 4·``panels(_:)``.
  ///   - width: A multiple of ``lanes``.
  ///   - sequences: Columns of `dz` that count.
  ///   - dz: steps×(4·panels)×columns.
  ///   - x: steps×columns×width.
  ///   - sums: 4·panels×width, added to.
  ///   - biases: 4·panels, added to: the bits of a column of `x` that is 1.
  public static func addWeightGradient(
    outputs: Int, width: Int, steps: Int, sequences: Int, columns: Int,
    _ dz: FloatBuffer, _ x: FloatBuffer, to sums: MutableFloatBuffer,
    biases: MutableFloatBuffer? = nil
  ) {
    let panels = panels(outputs)
    precondition(width > 0 && width % lanes == 0 && sequences <= columns && columns % lanes == 0)
    precondition(dz.count >= steps * 4 * panels * columns && x.count >= steps * columns * width)
    precondition(sums.count >= 4 * panels * width, "the sums are smaller than their shape")
    precondition(biases.map { $0.count >= 4 * panels } ?? true, "fewer biases than outputs")
    var step = LSTMWeightGradient(
      panels: panels, width: width, steps: steps, rows: sequences, columns: columns,
      dz: address(dz), x: address(x), sums: address(sums), biases: biases?.baseAddress)
    kernels.pointee.lstm.weightGradient(&step)
  }

  /// Computes `y = start + W·x` for one sequence.
  /// - Parameters:
  ///   - outputs: A multiple of ``lanes``.
  ///   - start: outputs values; may be `y`.
  ///   - weights: Panels of ``vectorPanel`` outputs, each depth×its outputs; the last may be narrower.
  ///   - stride: From one panel to the next; nil: they lie side by side.
  ///   - y: outputs, written.
  public static func vectorProduct(
    outputs: Int, start: FloatBuffer, weights: FloatBuffer, stride: Int? = nil, _ x: FloatBuffer,
    into y: MutableFloatBuffer
  ) {
    let stride = stride ?? x.count * vectorPanel
    let last = (outputs - 1) / vectorPanel
    precondition(outputs > 0 && outputs % lanes == 0 && start.count >= outputs)
    precondition(
      weights.count >= last * stride + x.count * (outputs - last * vectorPanel), "too few weights")
    precondition(y.count >= outputs, "the result is smaller than its shape")
    var step = LSTMVectorProduct(
      outputs: outputs, start: address(start), depth: x.count, weights: address(weights),
      stride: stride, x: address(x), y: address(y))
    kernels.pointee.lstm.vectorProduct(&step)
  }

  /// Returns `start + Σ weights[k]·x[k]`, one chain over ascending k.
  public static func vectorOutput(start: Float, weights: FloatBuffer, _ x: FloatBuffer) -> Float {
    precondition(weights.count == x.count, "a weight for each input")
    return kernels.pointee.lstm.vectorOutput(x.count, start, address(weights), address(x))
  }
}
