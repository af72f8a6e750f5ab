import Kernels

/// The gradient of one weight matrix and its bias, and the steps that are not added to it yet.
///
/// A column of the matrix is one of `first` inputs (hidden states), then of `second` (bars or regimes);
/// columns are padded to ``width``. The bias, whose input is 1, is the next column where the padding has room
/// for it, and apart where it would take a vector for itself. Steps are added in the order they come, several
/// in one pass over the sums.
struct WeightGradientSums {
  let outputs: Int
  let first: Int
  let second: Int
  /// Padded columns.
  let width: Int
  /// (4·panels)×width.
  let sums: MutableFloatBuffer
  /// 4·panels, where the bias has no column.
  private let biases: MutableFloatBuffer?
  /// slots×(4·panels)×columns: gradients of the outputs.
  private let dz: MutableFloatBuffer
  /// slots×columns×width: the inputs, one row a sequence.
  private let rows: MutableFloatBuffer
  private var filled = 0

  /// - Parameter maxColumns: Padded columns that a step may have.
  init(outputs: Int, first: Int, second: Int, maxColumns: Int, arena: FloatArena) {
    self.outputs = outputs
    self.first = first
    self.second = second
    width = LSTMKernels.padded(first + second)
    let rowCount = max(Self.rowsAtOnce, maxColumns)
    sums = arena.take(4 * LSTMKernels.panels(outputs) * width)
    biases = first + second < width ? nil : arena.take(4 * LSTMKernels.panels(outputs))
    dz = arena.take(4 * LSTMKernels.panels(outputs) * rowCount)
    rows = arena.take(rowCount * width)
  }

  /// Rows of inputs in one pass over the sums: as many as the first-level cache holds.
  private static let rowsAtOnce = 64

  /// Whether a row of inputs ends in the bias's.
  var hasBiasColumn: Bool { biases == nil }

  /// The gradient of an output's bias.
  func bias(_ output: Int) -> Float { biases?[output] ?? sums[output * width + first + second] }

  /// Starts a new sum.
  mutating func clear() {
    sums.update(repeating: 0)
    biases?.update(repeating: 0)
    filled = 0
  }

  /// Where the next step's output gradients go: (4·panels)×columns.
  func nextOutputs(columns: Int) -> MutableFloatBuffer {
    let size = 4 * LSTMKernels.panels(outputs) * columns
    return dz.part(filled * size..<(filled + 1) * size)
  }

  /// Where the next step's inputs go: columns×``width``; the bias's input is the caller's to write.
  func nextInputs(columns: Int) -> MutableFloatBuffer {
    rows.part(filled * columns * width..<(filled + 1) * columns * width)
  }

  /// Counts the step that was written; adds all steps up once there are enough.
  mutating func append(sequences: Int, columns: Int) {
    filled += 1
    if (filled + 1) * columns > max(Self.rowsAtOnce, columns) {
      flush(sequences: sequences, columns: columns)
    }
  }

  /// Adds up the steps that are left.
  mutating func flush(sequences: Int, columns: Int) {
    guard filled > 0 else { return }
    LSTMKernels.addWeightGradient(
      outputs: outputs, width: width, steps: filled, sequences: sequences, columns: columns,
      dz.readOnly, rows.readOnly, to: sums, biases: biases)
    filled = 0
  }
}
