import Allocation
import Kernels
import Proofs
import Testing

/// The plain second programs against the ones that they check.
@Suite struct PlainLinkageTests {
  /// Correlations of symbols that move with a few common causes.
  private func correlation(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = CounterRandom(seed: seed, path: ["correlation"])
    let loadings = (0..<count).map { _ in (0..<3).map { _ in random.normal() } }
    return (0..<count).map { i in
      (0..<count).map { j in
        let (a, b) = (loadings[i], loadings[j])
        func product(_ x: [Double], _ y: [Double]) -> Double {
          zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return i == j
          ? 1 : product(a, b) / ((product(a, a) + 0.5) * (product(b, b) + 0.5)).squareRoot()
      }
    }
  }

  @Test func `by hand: the nearest are joined first, the older cluster stands first`() {
    // 1 and 2 are close, 0 is nearer to them than to 3.
    let distance = [
      [0, 5, 4, 9], [5, 0, 1, 8], [4, 1, 0, 7.0], [9, 8, 7, 0],
    ]
    #expect(PlainLinkage.clusters(distance, by: .nearest) == [[3, 0, 1, 2]])
    #expect(PlainLinkage.clusters(distance, by: .farthest, within: 5) == [[0, 1, 2], [3]])
    #expect(PlainLinkage.clusters(distance, by: .farthest, within: 4.5) == [[0], [1, 2], [3]])
  }

  @Test(arguments: 1...20)
  func `clusters are those of the allocator`(seed: UInt64) {
    let rows = correlation(12, seed: seed)
    for rho in [0.2, 0.5, 0.8] {
      let plain = PlainLinkage.clusters(
        rows.map { $0.map { -$0 } }, by: .farthest, within: -rho)
      let own = correlationClusters(Matrix(rows: rows), atLeast: rho)
      #expect(plain.map { $0.sorted() } == own)
    }
  }

  @Test(arguments: 1...20)
  func `hierarchical risk parity is that of the allocator`(seed: UInt64) {
    let rows = correlation(9, seed: seed)
    var random = CounterRandom(seed: seed, path: ["volatility"])
    let volatilities = (0..<9).map { _ in 0.01 * Elementary.exp(random.normal()) }
    let covariance = (0..<9).map { i in
      (0..<9).map { j in volatilities[i] * volatilities[j] * rows[i][j] }
    }
    let plain = PlainLinkage.riskParity(volatilities, rows)
    let own = hierarchicalRiskParity(covariance: Matrix(rows: covariance))
    #expect(zip(plain, own).allSatisfy { abs($0 - $1) < 1e-13 })
  }
}
