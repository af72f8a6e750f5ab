import CKernels
import Kernels
import Testing

/// Products of symmetric matrices and sweeps of risk budgeting in every instruction set, bit by bit beside
/// plain loops.
@Suite struct SymmetricKernelsTests {
  private static let counts = Array(1...20) + [31, 50, 64, 65, 100, 127]

  /// A correlation matrix: that of a few factors and noise.
  private static func correlation(_ n: Int) -> [Double] {
    var random = CounterRandom(seed: 3, path: ["symmetric", "\(n)"])
    let loadings = (0..<n).map { _ in (random.normal(), random.normal()) }
    let deviations = loadings.map { ($0.0 * $0.0 + $0.1 * $0.1 + 1).squareRoot() }
    var c = Array(repeating: 1.0, count: n * n)
    for i in 0..<n {
      for j in 0..<i {
        let (a, b) = (loadings[i], loadings[j])
        c[i * n + j] = (a.0 * b.0 + a.1 * b.1) / (deviations[i] * deviations[j])
        c[j * n + i] = c[i * n + j]
      }
    }
    return c
  }

  @Test(arguments: counts)
  func `products have the bits of plain loops`(n: Int) throws {
    let matrix = Self.correlation(n)
    var random = CounterRandom(seed: 4, path: ["vector", "\(n)"])
    let x = (0..<n).map { _ in random.normal() }
    var (plain, magnitudes) = (x.map { _ in 0.0 }, x.map { _ in 0.0 })
    for i in 0..<n {
      for j in 0..<n {
        plain[i] += matrix[i * n + j] * x[j]
        magnitudes[i] += abs(matrix[i * n + j] * x[j])
      }
    }
    for isa in InstructionSet.supported {
      let kernels = try #require(isa.kernels).pointee.allocation
      var y = x.map { _ in Double.nan }
      kernels.symmetricProduct(n, matrix, x, &y)
      #expect(y.map(\.bitPattern) == plain.map(\.bitPattern), "\(isa)")
      kernels.symmetricMagnitudes(n, matrix, x, &y)
      #expect(y.map(\.bitPattern) == magnitudes.map(\.bitPattern), "\(isa)")
    }
  }

  @Test func `no numbers have no product`() {
    var y: [Double] = []
    SymmetricKernels.product([], [], into: &y)
    #expect(y.isEmpty)
    var (solution, marginal) = (y, y)
    #expect(
      SymmetricKernels.riskBudgetSweep([], budgets: [], solution: &solution, marginal: &marginal)
        == nil)
  }

  @Test(arguments: counts)
  func `a sweep has the bits of plain loops`(n: Int) throws {
    let c = Self.correlation(n)
    let budgets = (0..<n).map { Double($0 + 1) / Double(n * (n + 1) / 2) }
    let start = budgets.map { $0.squareRoot() }
    var (y, m) = (start, start.map { _ in 0.0 })
    SymmetricKernels.product(c, y, into: &m)
    let marginal = m
    var (change, error, variance) = (0.0, 0.0, 0.0)
    for i in 0..<n {
      let others = m[i] - y[i]
      let value = ((others * others + 4 * budgets[i]).squareRoot() - others) / 2
      let step = value - y[i]
      change = max(change, abs(step) / value)
      y[i] = value
      for j in 0..<n { m[j] += c[i * n + j] * step }
    }
    for i in 0..<n { variance += y[i] * m[i] }
    let scale = 1 / variance.squareRoot()
    for i in 0..<n {
      y[i] *= scale
      m[i] *= scale
      error = max(error, abs(y[i] * m[i] - budgets[i]) / budgets[i])
    }
    for isa in InstructionSet.supported {
      let kernels = try #require(isa.kernels).pointee.allocation
      var (solution, own) = (start, marginal)
      c.withUnsafeBufferPointer { c in
        budgets.withUnsafeBufferPointer { budgets in
          solution.withUnsafeMutableBufferPointer { solution in
            own.withUnsafeMutableBufferPointer { own in
              var sweep = RiskBudgetSweep(
                count: n, correlation: c.baseAddress!, budgets: budgets.baseAddress!,
                solution: solution.baseAddress!, marginal: own.baseAddress!, change: 0, error: 0)
              #expect(kernels.riskBudgetSweep(&sweep), "\(isa)")
              #expect(sweep.change.bitPattern == change.bitPattern, "\(isa)")
              #expect(sweep.error.bitPattern == error.bitPattern, "\(isa)")
            }
          }
        }
      }
      #expect(solution.map(\.bitPattern) == y.map(\.bitPattern), "\(isa)")
      #expect(own.map(\.bitPattern) == m.map(\.bitPattern), "\(isa)")
    }
    var (solution, own) = (start, marginal)
    let sweep = SymmetricKernels.riskBudgetSweep(
      c, budgets: budgets, solution: &solution, marginal: &own)
    #expect(sweep?.change == change && sweep?.error == error && solution == y && own == m)
  }

  @Test func `is nil and scales nothing where there is no variance`() {
    // A correlation of 0 with itself leaves the marginal at −5; x² − 6x = 1 has the solution 3 + √10.
    var (solution, marginal) = ([1.0], [-5.0])
    let sweep = SymmetricKernels.riskBudgetSweep(
      [0], budgets: [1], solution: &solution, marginal: &marginal)
    #expect(sweep == nil)
    #expect(abs(solution[0] - 10.0.squareRoot() - 3) < 1e-14 && marginal == [-5])
  }
}
