import CKernels
import Kernels
import Testing

/// The HMM kernels of every instruction set against the plain references, bit by bit.
@Suite struct HMMKernelsTests {
  /// A model and observations of any shape the kernels take.
  private struct Shape {
    var reference: HMMReference
    var chain: HMMChainReference
    var x: [Double]
    var count: Int { chain.steps * HMMReference.lanes }
    var stride: Int { chain.stride }

    init(_ seed: UInt64) {
      var random = CounterRandom(seed: seed, path: ["hmm kernels"])
      let states = 1 + Int(seed) % 8
      let dimensions = random.below(3) == 0 ? 1 + random.below(32) : 1 + random.below(5)
      let isCoupled = random.below(2) == 0
      let seconds = isCoupled ? dimensions * (dimensions + 1) / 2 : dimensions
      reference = HMMReference(
        states: states, dimensions: dimensions, isCoupled: isCoupled,
        means: (0..<(states * dimensions)).map { _ in random.normal() },
        whitening: (0..<(states * seconds)).map { _ in 0.3 + random.uniform() },
        peaks: (0..<states).map { _ in -random.uniform() })
      let steps = 1 + random.below(60)
      var edges = [HMMEdge(step: 0, starts: 1 | UInt8(random.below(256)), absent: 0)]
      for step in 1..<max(1, steps) where random.below(9) == 0 {
        let starts = UInt8(random.below(256))
        edges.append(
          HMMEdge(step: Int64(step), starts: starts, absent: ~starts & UInt8(random.below(256))))
      }
      func distribution() -> [Double] {
        let weights = (0..<states).map { _ in 0.01 + random.uniform() }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
      }
      let start = distribution()
      let transition = (0..<states).flatMap { _ in distribution() }
      chain = HMMChainReference(
        states: states, steps: steps, stride: (steps + random.below(3)) * HMMReference.lanes,
        start: start, transition: transition, edges: edges)
      x = (0..<(dimensions * chain.stride)).map { _ in 2 * random.normal() }
    }

    func withGaussians<R>(_ body: (UnsafePointer<HMMGaussians>) -> R) -> R {
      reference.means.withUnsafeBufferPointer { means in
        reference.whitening.withUnsafeBufferPointer { whitening in
          reference.peaks.withUnsafeBufferPointer { peaks in
            var view = HMMGaussians(
              states: Int32(reference.states), dimensions: Int32(reference.dimensions),
              coupled: reference.isCoupled, means: means.baseAddress!,
              whitening: whitening.baseAddress!, peaks: peaks.baseAddress!)
            return body(&view)
          }
        }
      }
    }

    func withChain<R>(_ body: (UnsafePointer<HMMChain>) -> R) -> R {
      chain.start.withUnsafeBufferPointer { start in
        chain.transition.withUnsafeBufferPointer { transition in
          chain.edges.withUnsafeBufferPointer { edges in
            var view = HMMChain(
              states: Int32(chain.states), edgeCount: Int32(edges.count),
              steps: Int64(chain.steps), stride: chain.stride, start: start.baseAddress!,
              transition: transition.baseAddress!, edges: edges.baseAddress!)
            return body(&view)
          }
        }
      }
    }

    /// Numbers as densities over the largest, so that no chain underflows.
    var density: [Double] {
      reference.relative(
        reference.densities(x, count: count, stride: stride).map { max($0, -3) }, count: count,
        stride: stride
      ).density
    }
  }

  private func kernels() throws -> [HMMKernels] {
    try InstructionSet.supported.map { try #require($0.kernels).pointee.hmm }
  }

  private func expectBits(_ ours: [Double], _ reference: [Double], _ seed: UInt64) {
    #expect(ours.map(\.bitPattern) == reference.map(\.bitPattern), "seed \(seed)")
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func `densities, winners and moments`(seed: UInt64) throws {
    var shape = Shape(seed)
    // Distances that overflow, also to opposite infinities.
    if seed % 4 == 1 { shape.x[Int(seed) % shape.count] = 1e200 }
    if seed % 4 == 2 {
      let position = Int(seed) % shape.count
      for d in 0..<shape.reference.dimensions {
        shape.x[d * shape.stride + position] = d % 2 == 0 ? -.infinity : .infinity
      }
    }
    let (count, stride, states) = (shape.count, shape.stride, shape.reference.states)
    let logDensity = shape.reference.densities(shape.x, count: count, stride: stride)
    let (density, shift) = shape.reference.relative(logDensity, count: count, stride: stride)
    let hot = shape.reference.winners(logDensity, count: count, stride: stride)
    let finite = shape.x.map { $0.magnitude < 1e100 ? $0 : 0 }
    let sums = shape.reference.moments(finite, gamma: density, count: count, stride: stride)
    for hmm in try kernels() {
      var ours = Array(repeating: 0.0, count: states * stride)
      shape.withGaussians { hmm.densities($0, count, shape.x, stride, &ours, stride) }
      expectBits(ours, logDensity, seed)
      var chosen = Array(repeating: 0.0, count: states * stride)
      #expect(hmm.winners(states, count, ours, &chosen, stride))
      #expect(!hmm.winners(states, count, ours, &chosen, stride))
      expectBits(chosen, hot, seed)
      var largest = Array(repeating: 0.0, count: stride)
      hmm.relative(states, count, &ours, stride, &largest)
      expectBits(ours, density, seed)
      expectBits(largest, shift, seed)
      var total = Array(repeating: 0.0, count: states * shape.reference.numbers)
      var partial = Array(repeating: 0.0, count: total.count * HMMReference.lanes)
      shape.withGaussians {
        hmm.moments($0, count, finite, ours, stride, &partial, &total)
      }
      expectBits(total, sums, seed)
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func `forward and backward over lanes`(seed: UInt64) throws {
    let shape = Shape(seed)
    let (states, lanes) = (shape.chain.states, HMMReference.lanes)
    let density = shape.density
    let ends = (0..<(states * lanes)).map { 1 / Double(2 + $0) }
    let expected = shape.chain.products(density)
    let alpha = shape.chain.forward(density, before: ends)
    let backward = shape.chain.backward(density, before: ends, after: ends, alpha: alpha)
    #expect(expected.least > 1e-30 && backward.leastSum > 1e-30 && backward.leastTotal > 1e-60)
    for hmm in try kernels() {
      var product = Array(repeating: 0.0, count: states * states * lanes)
      var exponents = Array(repeating: Int64(0), count: states * lanes)
      #expect(shape.withChain { hmm.products($0, density, &product, &exponents) })
      expectBits(product, expected.product, seed)
      #expect(exponents == expected.exponents)
      var planes = Array(repeating: 0.0, count: states * shape.stride)
      shape.withChain { hmm.forward($0, density, ends, &planes) }
      expectBits(planes, alpha, seed)
      var moves = Array(repeating: 0.0, count: states * states)
      var starts = Array(repeating: 0.0, count: states)
      #expect(
        shape.withChain { hmm.backward($0, density, ends, ends, &planes, &moves, &starts) })
      expectBits(planes, backward.gamma, seed)
      expectBits(moves, backward.moves, seed)
      expectBits(starts, backward.starts, seed)
    }
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func `underflow in a lane is told`(seed: UInt64) throws {
    let shape = Shape(seed)
    let (states, lanes) = (shape.chain.states, HMMReference.lanes)
    var density = shape.density
    let ends = Array(repeating: 1.0, count: states * lanes)
    // Every state all but impossible at one bar of one lane.
    let lane = Int(seed) % lanes
    for k in 0..<states { density[k * shape.stride + lane] = 1e-80 }
    let alpha = shape.chain.forward(shape.density, before: ends)
    for hmm in try kernels() {
      var product = Array(repeating: 0.0, count: states * states * lanes)
      var exponents = Array(repeating: Int64(0), count: states * lanes)
      #expect(!shape.withChain { hmm.products($0, density, &product, &exponents) })
      var planes = alpha
      var moves = Array(repeating: 0.0, count: states * states)
      var starts = Array(repeating: 0.0, count: states)
      #expect(
        !shape.withChain { hmm.backward($0, density, ends, ends, &planes, &moves, &starts) })
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func `filter and Viterbi's recursion over any number of bars`(seed: UInt64) throws {
    let shape = Shape(seed)
    let (states, stride) = (shape.chain.states, shape.stride)
    let bars = max(0, shape.count - Int(seed) % 9)
    var density = shape.density
    // One bar that all but cannot be stops the filter; a rare one makes it scale back.
    if seed % 3 == 0 { for k in 0..<states { density[k * stride + bars / 2] = 1e-220 } }
    if seed % 3 == 1 { for k in 0..<states { density[k * stride + bars / 2] = 1e-90 } }
    let logTransition = shape.chain.transition.map { $0 < 0.1 ? -.infinity : Elementary.log($0) }
    let filter = HMMTimeReference.filter(
      states: states, transition: shape.chain.transition, density: density, stride: stride,
      bars: bars, prior: shape.chain.start)
    #expect(filter.done == (seed % 3 == 0 && bars > 0 ? bars / 2 : bars))
    let path = HMMTimeReference.viterbi(
      states: states, logTransition: logTransition, density: density, stride: stride, bars: bars,
      best: shape.chain.start)
    for hmm in try kernels() {
      var prior = shape.chain.start
      var posterior = Array(repeating: 0.0, count: bars * states)
      let done = hmm.filter(
        states, shape.chain.transition, bars, density, stride, &prior, &posterior)
      #expect(done == filter.done)
      expectBits(prior, filter.prior, seed)
      expectBits(Array(posterior.prefix(done * states)), filter.posterior, seed)
      var best = shape.chain.start
      var from = Array(repeating: UInt32(0), count: bars)
      hmm.viterbi(states, logTransition, bars, density, stride, &best, &from)
      expectBits(best, path.best, seed)
      #expect(from == path.from, "seed \(seed)")
    }
  }

  /// Against the double function, itself within 0.77 ulp.
  @Test func `exp is within an ulp and a half of the elementary function`() {
    for i in 0..<200_000 {
      let x = -708 * Double(i) / 200_000
      let (ours, theirs) = (HMMReference.exp(x), Elementary.exp(x))
      #expect((ours - theirs).magnitude <= 1.5 * theirs.ulp, "\(x)")
    }
    #expect(HMMReference.exp(0) == 1)
    #expect(HMMReference.exp(-708.1) == 0)
    #expect(HMMReference.exp(-.greatestFiniteMagnitude) == 0)
  }
}
