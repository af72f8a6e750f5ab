import CKernels
import Kernels

/// Observations cut into eight parts of time that a fit goes through side by side: the bar at time t
/// stands at step `t % steps` of lane `t / steps`.
///
/// The cut depends on the number of bars alone, so the bits do not depend on the processor. It serves
/// fits and hindsight; what feeds signals goes through `HMMRecursion` in the order of time.
final class HMMLanes {
  static let count = HMM_LANES

  let bars: Int
  let steps: Int
  let dimensions: Int
  let states: Int
  /// Rows of each sequence.
  let lengths: [Int]
  /// D planes of observations; 0 where there is no bar.
  let x: Planes
  /// K planes of densities, of one iteration.
  let density: Planes
  /// K planes of the states' probabilities, of one iteration.
  let gamma: Planes
  /// One plane: the log of the largest density of each position.
  let shift: Planes
  /// Where sequences start and bars end.
  let edges: [HMMEdge]

  var positions: Int { steps * HMMLanes.count }
  /// Positions without a bar.
  var absent: some Sequence<Int> { (bars..<positions).lazy.map { self.position($0) } }

  /// - Parameter lengths: rows of each sequence, which add up to those of `x`.
  init(_ x: Matrix, lengths: [Int], states: Int) {
    let lanes = HMMLanes.count
    bars = x.rows
    steps = (x.rows + lanes - 1) / lanes
    dimensions = x.columns
    self.states = states
    self.lengths = lengths
    self.x = Planes(count: x.columns, length: steps * lanes)
    density = Planes(count: states, length: steps * lanes)
    gamma = Planes(count: states, length: steps * lanes)
    shift = Planes(count: 1, length: steps * lanes)
    var starts = Array(repeating: UInt8(0), count: steps)
    var ends = starts
    var first = 0
    for length in lengths {
      starts[first % steps] |= 1 << UInt8(first / steps)
      first += length
    }
    for t in x.rows..<(steps * lanes) { ends[t % steps] |= 1 << UInt8(t / steps) }
    edges = (0..<steps).compactMap { step in
      starts[step] | ends[step] == 0
        ? nil : HMMEdge(step: Int64(step), starts: starts[step], absent: ends[step])
    }
    fill(with: x.elements)
  }

  private func fill(with values: [Double]) {
    for d in 0..<dimensions {
      let plane = x.start + d * x.stride
      for lane in 0..<HMMLanes.count {
        let first = lane * steps
        for step in 0..<max(0, min(steps, bars - first)) {
          plane[step * HMMLanes.count + lane] = values[(first + step) * dimensions + d]
        }
      }
    }
  }

  /// Where the bar at time `t` stands in a plane.
  func position(_ t: Int) -> Int { t % steps * HMMLanes.count + t / steps }

  /// Returns the planes' numbers in the order of time, row by row.
  func rows(of planes: Planes) -> [Double] {
    var rows = Array(repeating: 0.0, count: bars * planes.count)
    for k in 0..<planes.count {
      for t in 0..<bars { rows[t * planes.count + k] = planes[k, position(t)] }
    }
    return rows
  }

  /// Sets all planes to a number where there is no bar.
  func setAbsent(_ planes: Planes, to value: Double) {
    for position in absent {
      for k in 0..<planes.count { planes[k, position] = value }
    }
  }

  /// Fills planes of `density` with log densities, and with minus infinity where there is no bar.
  func logDensities(_ gaussians: StateGaussians) {
    precondition(gaussians.states <= states && gaussians.dimensions == dimensions)
    gaussians.withKernelView {
      ckernels().pointee.hmm.densities(
        $0, positions, x.start, x.stride, density.start, density.stride)
    }
    setAbsent(density, to: -.infinity)
  }

  /// Makes `gamma` 1 for the state whose log density is the largest of a bar (the first of equal ones)
  /// and 0 for the others; returns whether that changes it.
  func chooseStates() -> Bool {
    ckernels().pointee.hmm.winners(states, positions, density.start, gamma.start, gamma.stride)
  }
}
