// Matrix products of the LSTM: gates from inputs and states, input gradients, weight gradients.

extension LSTMKernels {
  /// What a product starts from.
  public enum ProductStart {
    /// Every output starts at zero.
    case zero
    /// Row m, column n starts at `bias[n]`.
    case bias(UnsafeBufferPointer<Float>)
    /// Every output starts at what the result already holds.
    case result
  }

  /// Computes `C[m][n] = start + Σₖ A[m][k]·B[k][n]`, k ascending.
  ///
  /// Used forward (`A` = inputs or hidden states, `B` = transposed weights) and backward
  /// (`A` = gate gradients, `B` = weights).
  /// - Parameters:
  ///   - rows: M, any count.
  ///   - columns: N, a multiple of ``lanes``.
  ///   - depth: K, any count; columns of `A` and rows of `B` beyond it are not read.
  ///   - a: M×`aStride`, row-major.
  ///   - b: K×N, row-major, no gap between rows.
  ///   - start: What the sum starts from.
  ///   - c: M×N, written.
  public static func product(
    rows: Int, columns: Int, depth: Int,
    _ a: UnsafeBufferPointer<Float>, aStride: Int,
    _ b: UnsafeBufferPointer<Float>,
    start: ProductStart,
    into c: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows >= 0 && depth >= 0 && columns >= 0 && columns % lanes == 0)
    precondition(aStride >= depth && a.count >= rows * aStride, "A is smaller than its shape")
    precondition(b.count >= depth * columns, "B is smaller than its shape")
    precondition(c.count >= rows * columns, "C is smaller than its shape")
    guard rows > 0, columns > 0, let cBase = c.baseAddress else { return }
    let startBase: UnsafePointer<Float>?
    let startStride: Int
    switch start {
    case .zero: (startBase, startStride) = (nil, 0)
    case .bias(let bias):
      precondition(bias.count >= columns, "the bias is shorter than a row")
      (startBase, startStride) = (bias.baseAddress, 0)
    case .result: (startBase, startStride) = (UnsafePointer(cBase), columns)
    }
    // An empty operand has no address; with depth 0 neither is read.
    let aBase = a.baseAddress ?? UnsafePointer(cBase)
    let bBase = b.baseAddress ?? UnsafePointer(cBase)
    let tiles = Tiles(
      columns: columns, depth: depth, a: aBase, aRow: aStride, aDepth: 1, b: bBase,
      start: startBase, startRow: startStride, c: cBase)
    tiles.fill(rows: rows)
  }

  /// Adds a weight gradient: `dW[m][n] += Σᵣ dz[r][m]·x[r][n]`, r ascending.
  ///
  /// The reduction runs over the rows (step, then sequence of the batch) one after the other.
  /// - Parameters:
  ///   - rows: R, steps × batch.
  ///   - outputs: M, the leading columns of `dz` that have weights.
  ///   - inputs: N, a multiple of ``lanes``.
  ///   - dz: R×`dzStride`, row-major: gradients of the outputs.
  ///   - x: R×N, row-major.
  ///   - dW: M×N, row-major, added to.
  public static func addWeightGradient(
    rows: Int, outputs: Int, inputs: Int,
    _ dz: UnsafeBufferPointer<Float>, dzStride: Int,
    _ x: UnsafeBufferPointer<Float>,
    to dW: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows >= 0 && outputs >= 0 && inputs >= 0 && inputs % lanes == 0)
    precondition(dzStride >= outputs && dz.count >= rows * dzStride, "dz is too small")
    precondition(x.count >= rows * inputs, "x is too small")
    precondition(dW.count >= outputs * inputs, "dW is too small")
    guard rows > 0, outputs > 0, inputs > 0, let dzBase = dz.baseAddress,
      let xBase = x.baseAddress, let dWBase = dW.baseAddress
    else { return }
    // Blocks of rows keep both operands in the first-level cache while every tile of dW passes
    // over them. They do not change the order of the sum.
    let block = max(16, 2048 / (dzStride + inputs) * 4)
    var first = 0
    while first < rows {
      let tiles = Tiles(
        columns: inputs, depth: min(block, rows - first), a: dzBase + first * dzStride, aRow: 1,
        aDepth: dzStride, b: xBase + first * inputs, start: UnsafePointer(dWBase),
        startRow: inputs, c: dWBase)
      tiles.fill(rows: outputs)
      first += block
    }
  }

  /// Adds the column sums of `dz` to `bias`, rows ascending.
  /// - Parameters:
  ///   - dz: rows×columns, row-major; columns a multiple of ``lanes``.
  ///   - bias: columns, added to.
  public static func addColumnSums(
    rows: Int, columns: Int, _ dz: UnsafeBufferPointer<Float>,
    to bias: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows >= 0 && columns >= 0 && columns % lanes == 0)
    precondition(dz.count >= rows * columns && bias.count >= columns)
    guard rows > 0, let source = dz.baseAddress, let sums = bias.baseAddress else { return }
    for n in stride(from: 0, to: columns, by: 8) {
      var sum = loadLanes(sums + n)
      for row in 0..<rows { sum += loadLanes(source + (row &* columns &+ n)) }
      storeLanes(sum, sums + n)
    }
  }
}

/// One product cut into tiles of 4×8, 1×32 and 1×8 outputs that live in registers.
private struct Tiles {
  let columns: Int
  let depth: Int
  /// Element (m, k) is `a[m·aRow + k·aDepth]`.
  let a: UnsafePointer<Float>
  let aRow: Int
  let aDepth: Int
  /// depth×columns.
  let b: UnsafePointer<Float>
  /// Element (m, n) starts at `start[m·startRow + n]`, at zero without one.
  let start: UnsafePointer<Float>?
  let startRow: Int
  /// rows×columns.
  let c: UnsafeMutablePointer<Float>

  func fill(rows: Int) {
    let even = rows & ~3
    if even > 0 {
      // Columns outside: a panel of B stays in the cache while the rows of A pass by.
      var n = 0
      while n < columns {
        var m = 0
        while m < even {
          fourRows(m, n)
          m &+= 4
        }
        n &+= 8
      }
    }
    for m in even..<rows {
      var n = 0
      while n &+ 32 <= columns {
        oneRowOf32(m, n)
        n &+= 32
      }
      while n < columns {
        oneRowOf8(m, n)
        n &+= 8
      }
    }
  }

  @inline(__always)
  private func initial(_ m: Int, _ n: Int) -> FloatLanes {
    guard let start else { return FloatLanes(repeating: 0) }
    return loadLanes(start + (m &* startRow &+ n))
  }

  @inline(__always)
  private func fourRows(_ m: Int, _ n: Int) {
    var s0 = initial(m, n)
    var s1 = initial(m &+ 1, n)
    var s2 = initial(m &+ 2, n)
    var s3 = initial(m &+ 3, n)
    var a0 = a + m &* aRow
    var a1 = a0 + aRow
    var a2 = a1 + aRow
    var a3 = a2 + aRow
    var bk = b + n
    var k = depth
    while k > 0 {
      let v = loadLanes(bk)
      s0 = s0 + FloatLanes(repeating: a0.pointee) * v
      s1 = s1 + FloatLanes(repeating: a1.pointee) * v
      s2 = s2 + FloatLanes(repeating: a2.pointee) * v
      s3 = s3 + FloatLanes(repeating: a3.pointee) * v
      a0 += aDepth
      a1 += aDepth
      a2 += aDepth
      a3 += aDepth
      bk += columns
      k &-= 1
    }
    let out = c + (m &* columns &+ n)
    storeLanes(s0, out)
    storeLanes(s1, out + columns)
    storeLanes(s2, out + 2 &* columns)
    storeLanes(s3, out + 3 &* columns)
  }

  @inline(__always)
  private func oneRowOf32(_ m: Int, _ n: Int) {
    var s0 = initial(m, n)
    var s1 = initial(m, n &+ 8)
    var s2 = initial(m, n &+ 16)
    var s3 = initial(m, n &+ 24)
    var ak = a + m &* aRow
    var bk = b + n
    var k = depth
    while k > 0 {
      let x = FloatLanes(repeating: ak.pointee)
      s0 = s0 + x * loadLanes(bk)
      s1 = s1 + x * loadLanes(bk + 8)
      s2 = s2 + x * loadLanes(bk + 16)
      s3 = s3 + x * loadLanes(bk + 24)
      ak += aDepth
      bk += columns
      k &-= 1
    }
    let out = c + (m &* columns &+ n)
    storeLanes(s0, out)
    storeLanes(s1, out + 8)
    storeLanes(s2, out + 16)
    storeLanes(s3, out + 24)
  }

  @inline(__always)
  private func oneRowOf8(_ m: Int, _ n: Int) {
    var s = initial(m, n)
    var ak = a + m &* aRow
    var bk = b + n
    var k = depth
    while k > 0 {
      s = s + FloatLanes(repeating: ak.pointee) * loadLanes(bk)
      ak += aDepth
      bk += columns
      k &-= 1
    }
    storeLanes(s, c + (m &* columns &+ n))
  }
}
