import Allocation
import Kernels
import Testing

@Suite struct EWMACovarianceTests {
  @Test func `two returns and a half-life of one bar, by hand`() {
    var state = EWMACovariance(count: 2, halfLife: 1)
    state.update([0.02, -0.04])
    state.update([0.01, 0.02])
    // Weights 1/3 and 2/3 after the correction for the start.
    let (indexes, covariance) = state.estimate()
    #expect(indexes == [0, 1])
    #expect(abs(covariance[0, 0] - (0.0004 + 2 * 0.0001) / 3) < 1e-18)
    #expect(abs(covariance[1, 1] - (0.0016 + 2 * 0.0004) / 3) < 1e-18)
    #expect(abs(covariance[0, 1] - (-0.0008 + 2 * 0.0002) / 3) < 1e-18)
    #expect(covariance[0, 1] == covariance[1, 0])
  }

  @Test func `a missing return freezes the entries of its symbol`() {
    var state = EWMACovariance(count: 2, halfLife: 5)
    state.update([0.02, 0.01])
    let before = state.estimate().covariance
    state.update([0.03, .nan])
    let after = state.estimate().covariance
    #expect(after[1, 1] == before[1, 1])
    #expect(after[0, 0] > before[0, 0])
    #expect(state.observations == [2, 1])
  }

  @Test func `a symbol with too few returns is left out`() {
    var state = EWMACovariance(count: 3, halfLife: 5)
    for t in 0..<10 { state.update([0.01, t < 7 ? .nan : 0.02, .nan]) }
    #expect(state.estimate(minimumObservations: 4).indexes == [0])
    #expect(state.estimate(minimumObservations: 3).indexes == [0, 1])
    // Without any return there is nothing to estimate, whatever is asked for.
    #expect(state.estimate(minimumObservations: 0).indexes == [0, 1])
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with skfolio on holes and late listings`(files: ReferenceFiles) throws {
    let reference = try files.pipeline().object("ewma_nan")
    let returns = try reference.rows("returns")
    var state = EWMACovariance(
      count: returns[0].count, halfLife: try reference.number("half_life"))
    for row in returns { state.update(row.map { $0 ?? .nan }) }
    let need = Int(try reference.number("min_obs"))
    let (indexes, covariance) = state.estimate(minimumObservations: need)
    let theirs = try reference.rows("cov")
    #expect(indexes == theirs.indices.filter { theirs[$0][$0] != nil })
    for (a, i) in indexes.enumerated() {
      for (b, j) in indexes.enumerated() {
        let value = try #require(theirs[i][j])
        #expect(abs(covariance[a, b] - value) < 1e-9 * abs(value))
      }
    }
  }
}
