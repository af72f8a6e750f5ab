extension NumericsFingerprint {
  /// Values of the network that go into the hash: states, gates and gradients of the last step, the
  /// parameters, and a norm a step.
  static let lstmCount = 48 * (4 * 13 + 4 * 13 + 13 + 4 * 13 + 16) + 4 * 13 * 32 + 3

  /// The network's kernels: three steps forward and back of a layer, its weight gradient, dropout
  /// and a step of Adam.
  static func updateLSTM(_ hash: inout SHA256) {
    var random = CounterRandom(seed: 2024, path: ["numerics", "lstm"])
    let (units, inputs, columns, steps) = (13, 5, 48, 3)
    let width = LSTMKernels.padded(units + inputs + 1)
    func draw(_ count: Int) -> MutableFloatBuffer {
      let block = MutableFloatBuffer.allocate(capacity: count)
      for n in block.indices { block[n] = Float(random.normal()) }
      return block
    }
    let start = draw(4 * units)
    let weights = draw(4 * units * (inputs + units))
    let back = draw(4 * LSTMKernels.panels(units) * 4 * units)
    let x = draw(inputs * columns)
    let rows = draw(columns * width)
    let state = (0..<4).map { _ in draw(units * columns) }
    let record = LSTMKernels.StepRecord(
      gates: draw(4 * units * columns), cellTanh: draw(units * columns))
    let dz = draw(4 * units * columns)
    let gradient = draw(4 * LSTMKernels.panels(units) * columns)
    let sums = draw(4 * units * width)
    let parameters = draw(sums.count)
    let moments = (0..<2).map { _ in draw(sums.count) }
    let blocks =
      [
        start, weights, back, x, rows, record.gates, record.cellTanh, dz, gradient, sums,
        parameters,
      ] + state
      + moments
    defer { for block in blocks { block.deallocate() } }
    for n in moments[1].indices { moments[1][n] *= moments[1][n] }

    var adam = LSTMKernels.AdamStep(rate: 1e-2, weightDecay: 1e-4, decoupledDecay: 1e-3)
    for step in 0..<steps {
      LSTMKernels.forward(
        units: units, columns: columns, inputs: inputs, weights: FloatBuffer(weights),
        .inputs(start: FloatBuffer(start), FloatBuffer(x)), h: FloatBuffer(state[step % 2]),
        previousCell: FloatBuffer(state[2]), cell: state[2], hidden: state[(step + 1) % 2],
        record: record)
      LSTMKernels.backward(
        units: units, columns: columns, record: record, previousCell: FloatBuffer(state[2]),
        above: FloatBuffer(rebasing: gradient[..<(units * columns)]), after: nil,
        cellGradient: state[3], into: dz)
      LSTMKernels.product(
        outputs: units, columns: columns, start: nil, weights: FloatBuffer(back), FloatBuffer(dz),
        depth: 4 * units, into: gradient)
      LSTMKernels.addWeightGradient(
        outputs: 4 * units, width: width, steps: 1, sequences: columns - 3, columns: columns,
        FloatBuffer(dz), FloatBuffer(rows), to: sums)
      LSTMKernels.Dropout(rate: 0.3, key: 7).apply(
        rows: units, first: step * units, columns: columns, FloatBuffer(state[(step + 1) % 2]),
        into: state[(step + 1) % 2])
      hash.update(LSTMKernels.norm(FloatBuffer(sums)))
    }
    adam.apply(gradient: FloatBuffer(sums), to: parameters, mean: moments[0], square: moments[1])
    for block in state + [record.gates, record.cellTanh, dz, gradient, parameters] {
      for value in block { hash.update(Double(value)) }
    }
  }
}
