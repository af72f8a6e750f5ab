import CKernels
import Kernels
import Testing

/// The sums of pairs and their correlations in every instruction set, bit by bit beside plain loops.
@Suite struct PairKernelsTests {
  /// Some rows of returns, every seventh one missing; symbol 2 never moves.
  private static func returns(_ count: Int, rows: Int) -> [[Double]] {
    var random = CounterRandom(seed: 9, path: ["pairs", "\(count)"])
    return (0..<rows).map { _ in
      (0..<count).map { i in
        let value = 0.03 * random.normal()
        return random.below(7) == 0 ? .nan : i == 2 ? 0 : value
      }
    }
  }

  private typealias Sum = PairKernels.Sum

  private static func plainlyAdd(_ x: [Double], _ decay: Double, to sums: inout [Double]) {
    let (n, w) = (x.count, 1 - decay)
    func update(_ sum: Sum, _ i: Int, _ j: Int, _ keep: Double, _ add: Double, _ term: Double) {
      let entry = (sum.rawValue * n + i) * n + j
      sums[entry] = keep * sums[entry] + add * term
    }
    for i in 0..<n where !x[i].isNaN {
      for j in i..<n where !x[j].isNaN {
        let xy = x[i] * x[j]
        update(.common, i, j, 1, 1, 1)
        update(.product, i, j, decay, w, xy)
        update(.squareOfRow, i, j, decay, w, x[i] * x[i])
        update(.squareOfColumn, i, j, decay, w, x[j] * x[j])
        update(.productOfSquaredWeight, i, j, decay * decay, w * w, xy)
        update(.fourthOfSquaredWeight, i, j, decay * decay, w * w, xy * xy)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 8, 9, 15, 31, 50])
  func `the sums have the bits of plain loops`(count n: Int) throws {
    let decay = 0.97
    var plain = PairKernels.noSums(n)
    let rows = Self.returns(n, rows: 20)
    for row in rows { Self.plainlyAdd(row, decay, to: &plain) }
    var own = PairKernels.noSums(n)
    for row in rows { PairKernels.add(row, decay: decay, to: &own) }
    #expect(own.map(\.bitPattern) == plain.map(\.bitPattern))
    for set in InstructionSet.supported {
      let kernels = try #require(set.kernels).pointee.allocation
      var sums = PairKernels.noSums(n)
      for x in rows {
        func part(_ value: Double, _ missing: Double) -> [Double] {
          x.map { $0.isNaN ? missing : value }
        }
        let row =
          x.map { $0.isNaN ? 0 : $0 } + part(1, 0) + part(decay, 1) + part(1 - decay, 0)
          + part(decay * decay, 1) + part((1 - decay) * (1 - decay), 0)
        kernels.addPairRow(n, row, &sums)
      }
      #expect(sums.map(\.bitPattern) == plain.map(\.bitPattern), "\(set), \(n) symbols")
    }
  }

  @Test(arguments: [1, 2, 3, 8, 9, 15, 31, 50])
  func `correlations and their noise have the bits of plain arithmetic`(count n: Int) throws {
    var sums = PairKernels.noSums(n)
    for row in Self.returns(n, rows: 30) { PairKernels.add(row, decay: 0.97, to: &sums) }
    func sum(_ sum: Sum, _ i: Int, _ j: Int) -> Double { sums[(sum.rawValue * n + i) * n + j] }
    var random = CounterRandom(seed: 9, path: ["totals", "\(n)"])
    // Of some pairs nothing is known.
    let total = (0..<n).map { _ in random.below(8) == 0 ? 0 : 0.5 + 0.5 * random.uniform() }
    let squared = (0..<n).map { _ in 0.01 * random.uniform() }
    for isa in InstructionSet.supported {
      let kernels = try #require(isa.kernels).pointee.allocation
      for i in 0..<n {
        var correlation = Array(repeating: -7.0, count: n)
        var noise = correlation
        sums.withUnsafeBufferPointer { sums in
          total.withUnsafeBufferPointer { total in
            squared.withUnsafeBufferPointer { squared in
              correlation.withUnsafeMutableBufferPointer { correlation in
                noise.withUnsafeMutableBufferPointer { noise in
                  var pairs = PairCorrelations(
                    count: n, symbol: i, sums: sums.baseAddress!, total: total.baseAddress!,
                    squared: squared.baseAddress!, correlation: correlation.baseAddress!,
                    noise: noise.baseAddress!)
                  kernels.pairCorrelations(&pairs)
                }
              }
            }
          }
        }
        for j in (i + 1)..<n {
          let k = j - i - 1
          let scale = (sum(.squareOfRow, i, j) * sum(.squareOfColumn, i, j)).squareRoot()
          guard scale > 0, total[k] > 0 else {
            #expect(correlation[k].isNaN, "\(isa), \(i) with \(j)")
            #expect(i == 2 || j == 2 || total[k] == 0)
            continue
          }
          let value = max(-1, min(1, sum(.product, i, j) / scale))
          let fourth = sum(.fourthOfSquaredWeight, i, j) / (scale * scale)
          let cross = sum(.productOfSquaredWeight, i, j) / (total[k] * scale)
          let own =
            fourth - 2 * value * cross + value * value * squared[k] / (total[k] * total[k])
          #expect(correlation[k].bitPattern == value.bitPattern, "\(isa), \(i) with \(j)")
          #expect(noise[k].bitPattern == own.bitPattern, "\(isa), \(i) with \(j)")
        }
        #expect(correlation[(n - 1 - i)...].allSatisfy { $0 == -7 }, "nothing beyond is written")
      }
    }
  }

  @Test func `a missing return leaves the sums of its symbol`() {
    var sums = PairKernels.noSums(2)
    PairKernels.add([1, 2], decay: 0.5, to: &sums)
    let before = sums
    PairKernels.add([.nan, 4], decay: 0.5, to: &sums)
    // Only the second symbol's own sums: 1 + 1 bars, and 4/2 of before with 16/2.
    let entry = 3
    #expect(sums[entry] == 2)
    #expect(sums[Sum.product.rawValue * 4 + entry] == 0.5 * 2 + 0.5 * 16)
    for place in sums.indices where place % 4 != entry { #expect(sums[place] == before[place]) }
  }
}
