import Allocation
import Kernels
import Testing

@Suite struct CorrelationClustersTests {
  @Test func `A with B and B with C does not put A with C`() {
    let chain = Matrix(rows: [[1, 0.9, 0.2], [0.9, 1, 0.8], [0.2, 0.8, 1]])
    #expect(correlationClusters(chain, atLeast: 0.7) == [[0, 1], [2]])
    #expect(correlationClusters(chain, atLeast: 0.85) == [[0, 1], [2]])
    #expect(correlationClusters(chain, atLeast: 0.95) == [[0], [1], [2]])
    // Exactly at the threshold counts.
    #expect(correlationClusters(chain, atLeast: 0.2) == [[0, 1, 2]])
    #expect(correlationClusters(chain, atLeast: 0.9) == [[0, 1], [2]])
  }

  @Test func `the strongest pair is merged first, the earlier one on a tie`() {
    let strong = Matrix(rows: [[1, 0.8, 0.1], [0.8, 1, 0.9], [0.1, 0.9, 1]])
    #expect(correlationClusters(strong, atLeast: 0.7) == [[0], [1, 2]])
    let tie = Matrix(rows: [[1, 0.8, 0.1], [0.8, 1, 0.8], [0.1, 0.8, 1]])
    #expect(correlationClusters(tie, atLeast: 0.7) == [[0, 1], [2]])
    #expect(correlationClusters(Matrix(rows: 0, columns: 0), atLeast: 0.7) == [])
  }

  @Test func `every pair is at the threshold, and no two clusters could be one`() {
    var (merged, apart) = (0, 0)
    for seed in 0..<1500 {
      var problem = GeneratedProblem(seed: UInt64(seed), signed: seed % 2 == 0)
      let correlation = problem.covariance.correlation
      let rho = 0.2 + 0.7 * problem.random.uniform()
      let clusters = correlationClusters(correlation, atLeast: rho)
      #expect(clusters.flatMap { $0 }.sorted() == Array(0..<correlation.rows))
      #expect(clusters.map { $0[0] } == clusters.map { $0[0] }.sorted())
      func least(_ rows: [Int]) -> Double {
        var least = 1.0
        for i in rows {
          for j in rows where j != i { least = min(least, correlation[i, j]) }
        }
        return least
      }
      for (index, cluster) in clusters.enumerated() {
        #expect(cluster == cluster.sorted() && least(cluster) >= rho)
        if cluster.count > 1 { merged += 1 }
        for other in clusters[(index + 1)...] {
          #expect(least(cluster + other) < rho)
          apart += 1
        }
      }
    }
    #expect(merged > 500 && apart > 500)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with scipy`(files: ReferenceFiles) throws {
    let file = try files.pipeline()
    let correlation = try file.object("two_speed_shrunk").matrix("corr")
    let expected = try file.object("corr_clusters")
    for rho in [0.3, 0.4, 0.5, 0.7] {
      let clusters = try #require(expected["\(rho)"] as? [[Int]])
      #expect(correlationClusters(correlation, atLeast: rho) == clusters)
    }
  }
}
