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
  @Test func elementaryFunctionsHaveTheSameBitsInEverySet() throws {
    var x: [Float] = [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -104, 89, 9.02]
    x += (0..<4001).map { (Float($0) - 2000) * 0.057 }
    let portable = try #require(InstructionSet.portable.kernels).pointee
    for set in InstructionSet.supported {
      let kernels = try #require(set.kernels).pointee
      for (ours, reference) in [
        (kernels.exp, portable.exp), (kernels.tanh, portable.tanh),
        (kernels.sigmoid, portable.sigmoid),
      ] {
        for count in [x.count] + Array(0..<40) {
          var y = [Float](repeating: .nan, count: count)
          var expected = y
          ours(count, x, &y)
          reference(count, x, &expected)
          #expect(y.map(\.bitPattern) == expected.map(\.bitPattern))
        }
      }
    }
  }
}
