import CKernels

extension HMMRecursion {
  /// Some rows of observations turned to planes, and their densities.
  struct Block {
    /// Rows that hold an observation.
    let rows: Int
    /// Positions of a plane, a multiple of the kernels' lanes.
    let length: Int
    /// D planes.
    let x: UnsafeMutablePointer<Double>
    /// K planes: log p(x | state).
    let density: UnsafeMutablePointer<Double>
    /// One plane.
    let shift: UnsafeMutablePointer<Double>
  }

  /// Room for the blocks of up to `rows` rows; a filter keeps it from bar to bar.
  func room(rows: Int) -> [Double] {
    Array(repeating: 0, count: (dimensions + states + 1) * blockLength(rows))
  }

  private func blockLength(_ rows: Int) -> Int {
    min(HMMRecursion.blockRows, (rows + HMM_LANES - 1) / HMM_LANES * HMM_LANES)
  }

  /// Hands `values` (row-major) to `body` in blocks with their log densities, with each block's first
  /// row.
  /// - Parameter room: for at least as many rows.
  func forBlocks(
    of values: UnsafeBufferPointer<Double>, room: inout [Double],
    body: (_ block: Block, _ first: Int) -> Void
  ) {
    let rows = values.count / dimensions
    let length = blockLength(rows)
    precondition(room.count >= (dimensions + states + 1) * length, "room for the block")
    room.withUnsafeMutableBufferPointer { room in
      guard let start = room.baseAddress else { return }
      var first = 0
      while first < rows {
        let block = Block(
          rows: min(length, rows - first), length: length, x: start,
          density: start + dimensions * length, shift: start + (dimensions + states) * length)
        for t in 0..<block.rows {
          for d in 0..<dimensions { block.x[d * length + t] = values[(first + t) * dimensions + d] }
        }
        densities(block.x, length, block.density)
        body(block, first)
        first += block.rows
      }
    }
  }

  /// Makes a block's densities relative to the largest of each row.
  func relative(_ block: Block) {
    ckernels().pointee.hmm.relative(
      states, block.length, block.density, block.length, block.shift)
  }

  /// The log densities of one row of a block, afresh.
  func logDensity(_ block: Block, at row: Int) -> [Double] {
    logDensity(block.x, stride: block.length, at: row)
  }

  /// The log densities at one position of planes `stride` apart.
  func logDensity(_ x: UnsafePointer<Double>, stride: Int, at position: Int) -> [Double] {
    let lanes = HMM_LANES
    let lane = position % lanes
    var density = Array(repeating: 0.0, count: states * lanes)
    gaussians.withKernelView {
      ckernels().pointee.hmm.densities($0, lanes, x + (position - lane), stride, &density, lanes)
    }
    return (0..<states).map { density[$0 * lanes + lane] }
  }

  private func densities(
    _ x: UnsafePointer<Double>, _ length: Int, _ density: UnsafeMutablePointer<Double>
  ) {
    gaussians.withKernelView {
      ckernels().pointee.hmm.densities($0, length, x, length, density, length)
    }
  }
}
