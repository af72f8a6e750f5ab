import Allocation
import Kernels
import Testing

@Suite struct BoundedQuadraticProgramTests {
  @Test func `a bound, a total and a free variable, by hand`() throws {
    // min ½(x² + y² + z²) − 3x with a sum of 1: x = 7/3 is cut to .8, the others share the rest.
    var program = BoundedQuadraticProgram(
      hessian: Matrix(rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]), linear: [3, 0, 0],
      lower: [0, 0, 0], upper: [0.8, 1, 1], total: 1)
    #expect(distance(try program.solved(), [0.8, 0.1, 0.1]) < 1e-15)
    // Without a total, negative wishes end at 0.
    var alone = BoundedQuadraticProgram(
      hessian: Matrix(rows: [[2, 1], [1, 2]]), linear: [3, 0], lower: [0, 0],
      upper: [.infinity, .infinity], total: nil)
    #expect(distance(try alone.solved(), [1.5, 0]) < 1e-15)
  }

  @Test func `no bound holds back what would gain, over thousands of programs`() throws {
    var random = CounterRandom(seed: 51, path: ["bounded"])
    for trial in 0..<3000 {
      let n = trial % 100 == 0 ? 60 + random.below(60) : 1 + random.below(12)
      try check(n, trial, using: &random)
    }
  }

  @Test func `five hundred assets`() throws {
    var random = CounterRandom(seed: 52, path: ["bounded"])
    for trial in 0..<4 { try check(500, trial, using: &random) }
  }

  private func check(_ n: Int, _ trial: Int, using random: inout CounterRandom) throws {
    var hessian = GeneratedSizing.covariance(n, factors: 1 + random.below(4), using: &random)
    if trial % 7 == 3, n > 2 {
      // Duplicates and a singular factor model without own risks.
      for i in 0..<n { (hessian[i, 0], hessian[0, i]) = (hessian[i, 1], hessian[1, i]) }
      hessian[0, 0] = hessian[1, 1]
      hessian[0, 1] = hessian[1, 1]
      hessian[1, 0] = hessian[1, 1]
    }
    let hasTotal = trial % 3 != 0
    var linear = Array(repeating: 0.0, count: n)
    if trial % 2 == 0 || !hasTotal {
      for i in 0..<n { linear[i] = hessian[i, i] * random.normal() }
      if trial % 7 == 3, n > 2 { linear[0] = linear[1] }
    }
    let upper = trial % 4 == 0 ? max(1.5 / Double(n), 0.2) : hasTotal ? 1 : .infinity
    let lower = trial % 5 == 0 ? 0.3 / Double(n) : 0
    var program = BoundedQuadraticProgram(
      hessian: hessian, linear: linear, lower: Array(repeating: lower, count: n),
      upper: Array(repeating: upper, count: n), total: hasTotal ? 1 : nil)
    let x = try program.solved()
    #expect(x.allSatisfy { $0 >= lower && $0 <= upper })
    var (gradient, scale) = ([Double](), 0.0)
    for i in 0..<n {
      var sum = -linear[i]
      for j in 0..<n { sum += hessian[i, j] * x[j] }
      gradient.append(sum)
      scale = max(scale, abs(linear[i]), hessian[i, i] * x[i])
    }
    var price = 0.0
    let free = (0..<n).filter { x[$0] > lower && x[$0] < upper }
    if hasTotal {
      #expect(abs(x.reduce(0, +) - 1) < 1e-12)
      if free.isEmpty {
        // Any price between those of the two sides.
        let rising = (0..<n).filter { x[$0] < upper }.map { gradient[$0] }.min()
        price = rising ?? gradient.max() ?? 0
      } else {
        price = free.reduce(0) { $0 + gradient[$1] } / Double(free.count)
      }
    }
    for i in 0..<n {
      let slope = (gradient[i] - price) / scale
      if x[i] > lower { #expect(slope < 1e-9, "trial \(trial)") }
      if x[i] < upper { #expect(slope > -1e-9, "trial \(trial)") }
    }
  }
}
