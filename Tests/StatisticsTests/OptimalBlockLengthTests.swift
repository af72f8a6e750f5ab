import Kernels
import Statistics
import Testing

@Suite struct OptimalBlockLengthTests {
  @Test(arguments: ReferenceFiles.present)
  func `agrees with arch on returns and on their squares`(files: ReferenceFiles) throws {
    let returns = try files.metrics().numbers("returns")
    let file = try files.skill()
    for (values, name) in [
      (returns, "optimal_block_length_arch_returns"),
      (returns.map { $0 * $0 }, "optimal_block_length_arch_sq_returns"),
    ] {
      let theirs = try file.object(name)
      let mine = try optimalBlockLength(values)
      #expect(agree(mine, try theirs.number("stationary"), within: 1e-9))
    }
  }

  @Test func `longer memory asks for longer blocks`() throws {
    var lengths: [Double] = []
    for memory in [0.0, 0.5, 0.9] {
      var random = CounterRandom(seed: 2, path: ["memory"])
      var value = 0.0
      let series = (0..<3000).map { _ in
        value = memory * value + random.normal()
        return value
      }
      lengths.append(try optimalBlockLength(series))
    }
    #expect(lengths[0] < 5)
    #expect(lengths[1] > lengths[0] && lengths[2] > 2 * lengths[1])
    // The theory for ρ = .9: (2ρ/(1−ρ²))^(2/3) n^(1/3), about 64 bars; 165 is the ceiling 3√n.
    #expect(lengths[2] > 20 && lengths[2] <= 165)
  }

  @Test func `a short or constant series has blocks of one`() throws {
    #expect(try optimalBlockLength([1, 2, 3]) == 1)
    #expect(try optimalBlockLength(Array(repeating: 4, count: 100)) == 1)
    #expect(throws: StatisticsError.notFinite(index: 0)) { try optimalBlockLength([.nan]) }
  }
}
