import CKernels

// The LSTM cell (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000, as
// torch.nn.LSTM 2.13 defines it).

extension LSTMKernels {
  /// Where the gate sums of a step start, and what is added before the hidden state.
  public enum StepInputs {
    /// 4·units starts, then inputs×columns inputs.
    case inputs(start: FloatBuffer, FloatBuffer)
    /// Start and inputs already added up: 4·units rows, `stride` apart.
    case sums(FloatBuffer, stride: Int)
  }

  /// What a backward pass needs to know of a step.
  public struct StepRecord {
    /// 4·units×columns: the gates i f g o of each unit.
    public let gates: MutableFloatBuffer
    /// units×columns: tanh c.
    public let cellTanh: MutableFloatBuffer

    public init(gates: MutableFloatBuffer, cellTanh: MutableFloatBuffer) {
      self.gates = gates
      self.cellTanh = cellTanh
    }
  }

  /// Moves a layer by one step.
  ///
  /// `z = start + W·[x; h₋₁]`, `i, f, o = σ(z)`, `g = tanh z`, `c = f·c₋₁ + i·g`, `h = o·tanh c`.
  /// - Parameters:
  ///   - columns: A multiple of ``lanes``.
  ///   - weights: units×(inputs + units)×4.
  ///   - h: units×columns: h₋₁; nil: zero.
  ///   - previousCell: units×columns: c₋₁; may be `cell`.
  ///   - cell: units×columns, written.
  ///   - hidden: units×columns, written; not `h`.
  ///   - record: Written.
  public static func forward(
    units: Int, columns: Int, inputs: Int, weights: FloatBuffer, _ x: StepInputs,
    h: FloatBuffer?, previousCell: FloatBuffer, cell: MutableFloatBuffer,
    hidden: MutableFloatBuffer, record: StepRecord? = nil
  ) {
    let count = units * columns
    precondition(units > 0 && columns > 0 && columns % lanes == 0)
    precondition(weights.count >= 4 * units * (inputs + units), "too few weights")
    precondition(h.map { $0.count >= count } ?? true && previousCell.count >= count)
    precondition(cell.count >= count && hidden.count >= count)
    precondition(
      h?.baseAddress != UnsafePointer(address(hidden)), "h is still read when hidden is written")
    var step = LSTMForwardStep(
      units: units, columns: columns, start: nil, sums: nil, sumsStride: 0,
      weights: address(weights), inputs: inputs, x: nil, h: h?.baseAddress,
      previousCell: address(previousCell), cell: address(cell), hidden: address(hidden),
      gates: nil, cellTanh: nil)
    switch x {
    case .inputs(let start, let x):
      precondition(start.count >= 4 * units && x.count >= inputs * columns)
      step.start = start.baseAddress
      step.x = address(x)
    case .sums(let sums, let stride):
      precondition(stride >= columns && sums.count >= (4 * units - 1) * stride + columns)
      step.sums = sums.baseAddress
      step.sumsStride = stride
    }
    if let record {
      precondition(record.gates.count >= 4 * count && record.cellTanh.count >= count)
      step.gates = record.gates.baseAddress
      step.cellTanh = record.cellTanh.baseAddress
    }
    kernels.pointee.lstm.forward(&step)
  }

  /// Turns the gradients of one step's outputs into gradients of its gate sums.
  ///
  /// With dh = above + after and dc = cellGradient + dh·o·(1 − tanh²c):
  /// `dzᵢ = dc·g·i(1−i)`, `dz_f = dc·c₋₁·f(1−f)`, `dz_g = dc·i·(1−g²)`, `dzₒ = dh·tanh c·o(1−o)`,
  /// and `dc·f` is what the step before receives.
  /// - Parameters:
  ///   - record: Of the forward step.
  ///   - previousCell: units×columns: c₋₁.
  ///   - above: units×columns: dL/dh from above this step; nil is none.
  ///   - after: units×columns: dL/dh from the step after; nil is none.
  ///   - cellGradient: units×columns: dL/dc from the step after on entry, for the step before on
  ///     return.
  ///   - dz: 4·units×columns, written.
  public static func backward(
    units: Int, columns: Int, record: StepRecord, previousCell: FloatBuffer,
    above: FloatBuffer?, after: FloatBuffer?, cellGradient: MutableFloatBuffer,
    into dz: MutableFloatBuffer
  ) {
    let count = units * columns
    precondition(units > 0 && columns > 0 && columns % lanes == 0)
    precondition(record.gates.count >= 4 * count && record.cellTanh.count >= count)
    precondition(previousCell.count >= count && cellGradient.count >= count)
    precondition(above.map { $0.count >= count } ?? true && after.map { $0.count >= count } ?? true)
    precondition(dz.count >= 4 * count)
    var step = LSTMBackwardStep(
      units: units, columns: columns, gates: address(record.gates),
      previousCell: address(previousCell), cellTanh: address(record.cellTanh),
      above: above?.baseAddress, after: after?.baseAddress, cellGradient: address(cellGradient),
      dz: address(dz))
    kernels.pointee.lstm.backward(&step)
  }
}
