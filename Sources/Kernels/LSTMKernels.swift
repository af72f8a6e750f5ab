import CKernels

/// The arithmetic of an LSTM in float32: products, cell, gradients, Adam.
///
/// **Layout.** An activation matrix is units×columns, row-major: a column is one sequence of the batch,
/// a row one unit at one step, so that the lanes of a vector are sequences. Columns are padded to a
/// multiple of ``lanes`` on every processor. Weights are packed in panels of four outputs,
/// panel×depth×4; the four outputs of an LSTM panel are the gates of one unit.
///
/// **Order.** Every output element is one chain of fused multiply-adds over ascending k. A column's
/// result therefore depends neither on the batch around it nor on the width of the vectors, and one bar
/// of one sequence (``VectorLayer``) has the same bits. The gate order is PyTorch's: input, forget, cell,
/// output (i, f, g, o).
///
/// The loops are C (`CKernels`), compiled for each ``InstructionSet``; their plain Swift references are
/// in the tests.
public enum LSTMKernels {
  /// The number that columns and rows are padded to a multiple of, whatever the processor.
  public static let lanes = 16

  /// Units of a block of weights for one sequence.
  public static let vectorUnits = Int(LSTM_VECTOR_UNITS)

  /// Outputs of a panel of weights for one sequence: the gates of a block's units.
  public static let vectorPanel = 4 * vectorUnits

  /// Returns `count` rounded up to a multiple of ``lanes``.
  @inlinable
  public static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  /// Returns how many panels hold `outputs` outputs.
  @inlinable
  public static func panels(_ outputs: Int) -> Int { (outputs + 3) / 4 }

  /// The kernels of the instruction set in use.
  static var kernels: UnsafePointer<CKernels> { ckernels() }
}

public typealias FloatBuffer = UnsafeBufferPointer<Float>
public typealias MutableFloatBuffer = UnsafeMutableBufferPointer<Float>

/// The address of a buffer whose size was checked; one without elements has none and is not read.
func address(_ buffer: FloatBuffer) -> UnsafePointer<Float> {
  buffer.baseAddress ?? UnsafePointer(emptyAddress)
}

func address(_ buffer: MutableFloatBuffer) -> UnsafeMutablePointer<Float> {
  buffer.baseAddress ?? emptyAddress
}

private nonisolated(unsafe) let emptyAddress = UnsafeMutablePointer<Float>.allocate(capacity: 1)
