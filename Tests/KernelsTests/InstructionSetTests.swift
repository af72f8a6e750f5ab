import CKernels
import Kernels
import Testing

@Suite struct InstructionSetTests {
  @Test func everyProcessorHasThePortableSet() {
    #expect(InstructionSet.supported.last == .portable)
  }

  @Test func theWidestSetServesUntilAnotherIsChosen() {
    #expect(InstructionSet.current == InstructionSet.supported.first)
    for set in InstructionSet.supported.reversed() {
      #expect(set.use())
      #expect(InstructionSet.current == set)
    }
  }

  /// All sets over the whole range with every special value and every tail, bit by bit.
  @Test func elementaryFunctionsHaveTheBitsOfThePlainOnesInEverySet() throws {
    var x: [Float] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -104, 89, 9.02]
    x += (0..<4001).map { (Float($0) - 2000) * 0.057 }
    for set in InstructionSet.supported {
      let kernels = try #require(set.kernels).pointee
      let functions: [(ours: (Int, [Float], inout [Float]) -> Void, plain: (Float) -> Float)] = [
        ({ kernels.exp($0, $1, &$2) }, { Elementary.exp($0) }),
        ({ kernels.tanh($0, $1, &$2) }, { Elementary.tanh($0) }),
        ({ kernels.sigmoid($0, $1, &$2) }, { Elementary.sigmoid($0) }),
      ]
      for (ours, plain) in functions {
        for count in [x.count] + Array(0..<40) {
          var y = [Float](repeating: .nan, count: count)
          ours(count, x, &y)
          #expect(y.map(\.bitPattern) == x.prefix(count).map { plain($0).bitPattern })
        }
        var nan: [Float] = [0]
        ours(1, [.nan], &nan)
        #expect(nan[0].isNaN)
      }
    }
  }
}
