import CKernels
import Kernels
import Testing

/// Sums over columns of returns in every instruction set, bit by bit beside plain loops.
@Suite struct ReturnsKernelsTests {
  @Test(arguments: [(0, 3), (1, 1), (2, 7), (5, 8), (9, 13), (30, 33), (100, 50)])
  func `sums have the bits of plain loops`(rows: Int, columns n: Int) throws {
    var random = CounterRandom(seed: 12, path: ["returns", "\(rows)", "\(n)"])
    // Every sixth return is missing, and all of the first column.
    let x = (0..<rows * n).map { entry in
      random.below(6) == 0 || entry % n == 0 ? Double.nan : random.normal()
    }
    var (counts, sums) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n))
    var (squares, centred) = (sums, x)
    for entry in x.indices where !x[entry].isNaN {
      counts[entry % n] += 1
      sums[entry % n] += x[entry]
    }
    let means = (0..<n).map { sums[$0] / max(1, counts[$0]) }
    for entry in x.indices {
      let difference = x[entry] - means[entry % n]
      centred[entry] = x[entry].isNaN ? 0 : difference
      if !x[entry].isNaN { squares[entry % n] += difference * difference }
    }
    for set in InstructionSet.supported {
      let kernels = try #require(set.kernels).pointee.allocation
      var (own, total, square, moved) = (counts, counts, counts, x)
      kernels.returnSums(rows, n, x, &own, &total)
      kernels.returnSquares(rows, n, x, means, &square)
      kernels.centreReturns(rows, n, x, means, &moved)
      #expect(own == counts, "\(set)")
      #expect(total.map(\.bitPattern) == sums.map(\.bitPattern), "\(set)")
      #expect(square.map(\.bitPattern) == squares.map(\.bitPattern), "\(set)")
      #expect(moved.map(\.bitPattern) == centred.map(\.bitPattern), "\(set)")
    }
    let (own, total) = ReturnsKernels.sums(x, columns: n)
    #expect(own == counts && total == sums)
    #expect(ReturnsKernels.squares(x, about: means) == squares)
    #expect(ReturnsKernels.centred(x, about: means) == centred)
  }

  @Test func `no columns have no sums`() {
    let (counts, sums) = ReturnsKernels.sums([], columns: 0)
    #expect(counts.isEmpty && sums.isEmpty)
  }
}
