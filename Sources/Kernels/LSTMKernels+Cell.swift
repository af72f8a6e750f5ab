// The LSTM cell, element by element (Hochreiter & Schmidhuber 1997, with the forget gate of
// Gers et al. 2000, as torch.nn.LSTM 2.13 defines it).

extension LSTMKernels {
  /// Turns the gate sums of one step into gates, cell and hidden state.
  ///
  /// `i, f, o = σ(·)`, `g = tanh(·)`, `c = f·c₋₁ + i·g`, `h = o·tanh c`. A padded unit, whose sums
  /// are zero, gets c = h = 0.
  /// - Parameters:
  ///   - rows: Sequences of the batch.
  ///   - width: Padded units, a multiple of ``lanes``.
  ///   - gates: rows×4·width, blocks i f g o: sums on entry, activations on return.
  ///   - previousCell: rows×width: c₋₁. May be the same memory as `cell`.
  ///   - cell: rows×width, written.
  ///   - cellTanh: rows×width, written: tanh c.
  ///   - hidden: rows×width, written.
  public static func cellForward(
    rows: Int, width: Int,
    gates: UnsafeMutableBufferPointer<Float>,
    previousCell: UnsafeBufferPointer<Float>,
    cell: UnsafeMutableBufferPointer<Float>,
    cellTanh: UnsafeMutableBufferPointer<Float>,
    hidden: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows >= 0 && width > 0 && width % lanes == 0)
    let count = rows * width
    precondition(gates.count >= 4 * count && previousCell.count >= count)
    precondition(cell.count >= count && cellTanh.count >= count && hidden.count >= count)
    guard rows > 0, let gatesBase = gates.baseAddress, let previous = previousCell.baseAddress,
      let c = cell.baseAddress, let tc = cellTanh.baseAddress, let h = hidden.baseAddress
    else { return }
    for row in 0..<rows {
      let gi = gatesBase + 4 &* width &* row
      let gf = gi + width
      let gg = gf + width
      let go = gg + width
      let at = row &* width
      var j = 0
      while j < width {
        let i = Elementary.sigmoid(loadLanes(gi + j))
        let f = Elementary.sigmoid(loadLanes(gf + j))
        let g = Elementary.tanh(loadLanes(gg + j))
        storeLanes(i, gi + j)
        storeLanes(f, gf + j)
        storeLanes(g, gg + j)
        let cNew = f * loadLanes(previous + (at &+ j)) + i * g
        storeLanes(cNew, c + (at &+ j))
        let t = Elementary.tanh(cNew)
        storeLanes(t, tc + (at &+ j))
        let o = Elementary.sigmoid(loadLanes(go + j))
        storeLanes(o, go + j)
        storeLanes(o * t, h + (at &+ j))
        j &+= 8
      }
    }
  }

  /// Turns the gradients of one step's outputs into gradients of its gate sums.
  ///
  /// With dh = outputGradient + recurrentGradient and dc = cellGradient + dh·o·(1 − tanh²c):
  /// `dσᵢ = dc·g·i(1−i)`, `dσ_f = dc·c₋₁·f(1−f)`, `d_g = dc·i·(1−g²)`, `dσₒ = dh·tanh c·o(1−o)`,
  /// and `dc·f` is what the step before receives.
  /// - Parameters:
  ///   - rows: Sequences of the batch.
  ///   - width: Padded units, a multiple of ``lanes``.
  ///   - gates: rows×4·width: activations on entry, gradients of the sums on return.
  ///   - previousCell: rows×width: c₋₁.
  ///   - cellTanh: rows×width: tanh c.
  ///   - outputGradient: rows×width: dL/dh from above this step.
  ///   - recurrentGradient: rows×width: dL/dh from the step after; zero at the last step.
  ///   - cellGradient: rows×width: dL/dc from the step after on entry, for the step before on
  ///     return.
  public static func cellBackward(
    rows: Int, width: Int,
    gates: UnsafeMutableBufferPointer<Float>,
    previousCell: UnsafeBufferPointer<Float>,
    cellTanh: UnsafeBufferPointer<Float>,
    outputGradient: UnsafeBufferPointer<Float>,
    recurrentGradient: UnsafeBufferPointer<Float>,
    cellGradient: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows >= 0 && width > 0 && width % lanes == 0)
    let count = rows * width
    precondition(gates.count >= 4 * count && previousCell.count >= count)
    precondition(cellTanh.count >= count && outputGradient.count >= count)
    precondition(recurrentGradient.count >= count && cellGradient.count >= count)
    guard rows > 0, let gatesBase = gates.baseAddress, let previous = previousCell.baseAddress,
      let tc = cellTanh.baseAddress, let above = outputGradient.baseAddress,
      let after = recurrentGradient.baseAddress, let dcBase = cellGradient.baseAddress
    else { return }
    let one = FloatLanes(repeating: 1)
    for row in 0..<rows {
      let gi = gatesBase + 4 &* width &* row
      let gf = gi + width
      let gg = gf + width
      let go = gg + width
      let at = row &* width
      var j = 0
      while j < width {
        let i = loadLanes(gi + j)
        let f = loadLanes(gf + j)
        let g = loadLanes(gg + j)
        let o = loadLanes(go + j)
        let t = loadLanes(tc + (at &+ j))
        let dh = loadLanes(above + (at &+ j)) + loadLanes(after + (at &+ j))
        let dc = loadLanes(dcBase + (at &+ j)) + dh * o * (one - t * t)
        storeLanes(dc * g * (i * (one - i)), gi + j)
        storeLanes(dc * loadLanes(previous + (at &+ j)) * (f * (one - f)), gf + j)
        storeLanes(dc * i * (one - g * g), gg + j)
        storeLanes(dh * t * (o * (one - o)), go + j)
        storeLanes(dc * f, dcBase + (at &+ j))
        j &+= 8
      }
    }
  }

  /// Computes `y = x·mask`, element by element; `y` may be `x`.
  public static func multiply(
    _ x: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<Float>,
    into y: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(x.count % lanes == 0 && mask.count >= x.count && y.count >= x.count)
    guard let xBase = x.baseAddress, let maskBase = mask.baseAddress, let yBase = y.baseAddress
    else { return }
    for n in stride(from: 0, to: x.count, by: 8) {
      storeLanes(loadLanes(xBase + n) * loadLanes(maskBase + n), yBase + n)
    }
  }

  /// Replaces every element of `x` below zero by zero.
  public static func rectify(_ x: UnsafeMutableBufferPointer<Float>) {
    precondition(x.count % lanes == 0)
    guard let base = x.baseAddress else { return }
    let zero = FloatLanes(repeating: 0)
    for n in stride(from: 0, to: x.count, by: 8) {
      let v = loadLanes(base + n)
      // "Not below" keeps a NaN, so that a diverged net is seen and not rectified away.
      storeLanes(v.replacing(with: zero, where: v .< zero), base + n)
    }
  }

  /// Zeroes the gradient wherever the rectified `output` is not above zero.
  public static func rectifyBackward(
    _ gradient: UnsafeMutableBufferPointer<Float>, output: UnsafeBufferPointer<Float>
  ) {
    precondition(gradient.count % lanes == 0 && output.count >= gradient.count)
    guard let base = gradient.baseAddress, let out = output.baseAddress else { return }
    let zero = FloatLanes(repeating: 0)
    for n in stride(from: 0, to: gradient.count, by: 8) {
      storeLanes(
        loadLanes(base + n).replacing(with: zero, where: loadLanes(out + n) .<= zero),
        base + n)
    }
  }
}
