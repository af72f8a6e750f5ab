import CKernels

// Dropout, the rectifier and transposition.

extension LSTMKernels {
  /// The random choice of outputs to drop in one layer of one batch.
  public struct Dropout: Sendable, Hashable {
    private let key: UInt64
    private let threshold: UInt32
    private let scale: Float

    /// - Parameters:
    ///   - rate: The share that is dropped, below 1; the rest is scaled by 1/(1 − rate).
    ///   - key: Random bits: other keys drop other outputs.
    public init(rate: Float, key: UInt64) {
      precondition(rate >= 0 && rate < 1, "dropout is a share below 1")
      self.key = key
      threshold = UInt32(Double(rate) * 0x1p24)
      scale = 1 / (1 - rate)
    }

    /// Computes `y = x·mask`. The mask depends on the key, the row's number and the column alone.
    /// - Parameters:
    ///   - rows: Rows of `x` from number `first` on.
    ///   - columns: A multiple of ``LSTMKernels/lanes``, at most 64.
    ///   - x: rows×columns.
    ///   - y: rows×columns, written; may be `x`.
    public func apply(
      rows: Int, first: Int, columns: Int, _ x: FloatBuffer, into y: MutableFloatBuffer
    ) {
      precondition(columns > 0 && columns <= 64 && columns % lanes == 0)
      precondition(x.count >= rows * columns && y.count >= rows * columns)
      var step = LSTMDropout(
        rows: rows, columns: columns,
        key: (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)),
        counter: UInt32(truncatingIfNeeded: 64 * first), threshold: threshold, scale: scale,
        x: address(x), y: address(y))
      kernels.pointee.lstm.dropout(&step)
    }
  }

  /// Replaces every element of `x` below zero by zero; a NaN stays, so that a diverged net is seen.
  public static func rectify(_ x: MutableFloatBuffer) {
    precondition(x.count % lanes == 0)
    kernels.pointee.lstm.rectify(x.count, address(x))
  }

  /// Zeroes the gradient wherever the rectified `output` is not above zero.
  public static func rectifyBackward(_ gradient: MutableFloatBuffer, output: FloatBuffer) {
    precondition(gradient.count % lanes == 0 && output.count >= gradient.count)
    kernels.pointee.lstm.rectifyBackward(gradient.count, address(output), address(gradient))
  }

  /// Computes `y[c][r] = x[offsets[r] + c]`.
  /// - Parameters:
  ///   - columns: Elements of each row of `x`.
  ///   - offsets: Where each row of `x` starts.
  ///   - y: columns rows, `stride` apart.
  public static func transpose(
    columns: Int, _ x: FloatBuffer, rowsAt offsets: UnsafeBufferPointer<Int>,
    into y: MutableFloatBuffer, stride: Int
  ) {
    guard let first = offsets.baseAddress, columns > 0 else { return }
    precondition(offsets.allSatisfy { $0 >= 0 && $0 + columns <= x.count }, "a row ends outside x")
    precondition(y.count >= (columns - 1) * stride + offsets.count && stride >= offsets.count)
    kernels.pointee.lstm.transpose(offsets.count, columns, address(x), first, address(y), stride)
  }

  /// Computes `y[r] = (x[r], 1)`: rows of `columns` inputs and, with `one`, the input of the bias.
  public static func inputRows(
    _ rows: Int, columns: Int, _ x: FloatBuffer, stride xStride: Int, one: Bool,
    into y: MutableFloatBuffer, stride yStride: Int
  ) {
    guard rows > 0 else { return }
    let written = columns + (one ? 1 : 0)
    precondition(x.count >= (rows - 1) * xStride + columns && yStride >= written)
    precondition(y.count >= (rows - 1) * yStride + written)
    kernels.pointee.lstm.inputRows(rows, columns, address(x), xStride, one, address(y), yStride)
  }
}
