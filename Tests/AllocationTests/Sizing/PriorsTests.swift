import Allocation
import Kernels
import Testing

@Suite struct PriorsTests {
  private let covariance = Matrix(rows: [[0.01, 0.004], [0.004, 0.04]])

  @Test func `each prior by hand`() throws {
    #expect(try AllocationSettings.Prior.equal.weights(covariance: covariance) == [0.5, 0.5])
    let inverse = try AllocationSettings.Prior.inverseVolatility.weights(covariance: covariance)
    #expect(distance(inverse, [2.0 / 3, 1.0 / 3]) < 1e-15)
    // Of two assets, parity is inverse volatility.
    let parity = try AllocationSettings.Prior.riskParity.weights(covariance: covariance)
    #expect(distance(parity, [2.0 / 3, 1.0 / 3]) < 1e-12)
  }

  @Test(arguments: AllocationSettings.Prior.allCases)
  func `none for nothing, all for one`(prior: AllocationSettings.Prior) throws {
    #expect(try prior.weights(covariance: Matrix(rows: [])) == [])
    #expect(try prior.weights(covariance: Matrix(rows: [[0.09]])) == [1])
  }

  @Test(.enabled(if: ReferenceFiles.exist, ReferenceFiles.absent))
  func `inverse volatility agrees with the reference`() throws {
    let file = try ReferenceFiles.object("alloc_n6.json")
    let weights = try AllocationSettings.Prior.inverseVolatility.weights(
      covariance: try file.matrix("cov_sample_ddof1"))
    #expect(distance(weights, try file.numbers("inverse_vol")) < 1e-12)
  }
}
