import CKernels
import Kernels
import Testing

@Suite struct GramKernelsTests {
  @Test func `products of columns by hand`() {
    // Two rows: left (1, 2, ..., 8) and (10, 0, ..., 0), right (1, -1, 0, ...) and (.5, 0, ..., 0).
    var left = (1...8).map(Double.init) + [Double](repeating: 0, count: 8)
    var right = [Double](repeating: 0, count: 16)
    (left[8], right[0], right[1], right[8]) = (10, 1, -1, 0.5)
    var sums = [Double](repeating: .nan, count: 64)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        sums.withUnsafeMutableBufferPointer { GramKernels.tile(left, right, into: $0) }
      }
    }
    #expect(sums[0] == 6)
    for i in 0..<8 {
      #expect(sums[8 * i + 1] == -Double(i + 1))
      if i > 0 { #expect(sums[8 * i] == Double(i + 1)) }
      #expect(sums[(8 * i + 2)..<(8 * i + 8)].allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: [(0, 3), (3, 0), (2, 1), (5, 8), (4, 9), (7, 23), (3, 64)])
  func `panels hold every column, and zeros beyond the last`(rows: Int, columns: Int) throws {
    let x = (0..<rows * columns).map { Double($0 + 1) }
    let width = (columns + 7) / 8 * 8
    let plain = (0..<rows * width).map { place -> Double in
      let (panel, inside) = (rows == 0 ? 0 : place / (8 * rows), place % (8 * rows))
      let (row, column) = (inside / 8, 8 * panel + inside % 8)
      return column < columns ? x[row * columns + column] : 0
    }
    #expect(GramKernels.panels(x, columns: columns) == plain)
    for set in InstructionSet.supported {
      let kernels = try #require(set.kernels).pointee
      var panels = [Double](repeating: .nan, count: plain.count)
      kernels.gramPack(rows, columns, x, &panels)
      #expect(panels == plain, "\(set)")
    }
  }

  @Test func `every instruction set has the bits of a plain loop`() throws {
    var random = SplitMix(state: 71)
    for rows in [0, 1, 2, 3, 17, 500] {
      let left = (0..<8 * rows).map { _ in random.logUniform(-20, 20) }
      let right = (0..<8 * rows).map { _ in random.logUniform(-20, 20) }
      var plain = [Double](repeating: 0, count: 64)
      for t in 0..<rows {
        for i in 0..<8 {
          for j in 0..<8 { plain[8 * i + j] += left[8 * t + i] * right[8 * t + j] }
        }
      }
      for isa in [CKERNELS_PORTABLE, CKERNELS_AVX2, CKERNELS_AVX512] {
        guard let kernels = ckernels_of(isa) else { continue }
        var sums = [Double](repeating: .nan, count: 64)
        kernels.pointee.gramTile(rows, left, right, &sums)
        #expect(
          sums.map(\.bitPattern) == plain.map(\.bitPattern),
          "instruction set \(isa.rawValue), \(rows) rows")
      }
    }
  }
}
