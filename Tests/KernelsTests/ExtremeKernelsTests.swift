import CKernels
import Kernels
import Testing

@Suite struct ExtremeKernelsTests {
  @Test(arguments: Array(0...40) + [100, 1000])
  func `finds the first of the smallest numbers`(count: Int) throws {
    var random = CounterRandom(seed: 6, path: ["smallest", "\(count)"])
    // Few different numbers: most of them are equal to others.
    let values = (0..<count).map { _ in
      random.below(5) == 0 ? Double.infinity : Double(random.below(4)) - 1.5
    }
    var first: Int?
    for (place, value) in values.enumerated()
    where value < first.map({ values[$0] }) ?? .infinity { first = place }
    #expect(values.withUnsafeBufferPointer { ExtremeKernels.smallest($0) } == first)
    for isa in InstructionSet.supported {
      let kernels = try #require(isa.kernels).pointee.allocation
      #expect(kernels.smallest(count, values) == first ?? -1, "\(isa)")
    }
  }

  @Test func `finds nothing below infinity where nothing is`() {
    let infinities = Array(repeating: Double.infinity, count: 17)
    #expect(infinities.withUnsafeBufferPointer { ExtremeKernels.smallest($0) } == nil)
    #expect(ExtremeKernels.smallest(DoubleBuffer(start: nil, count: 0)) == nil)
  }

  @Test(arguments: Array(0...20) + [100])
  func `takes the larger and the smaller of two`(count: Int) throws {
    var random = CounterRandom(seed: 7, path: ["larger", "\(count)"])
    let a = (0..<count).map { _ in Double(random.below(9)) }
    let b = (0..<count).map { _ in random.below(9) == 0 ? Double.infinity : random.uniform() * 9 }
    for isa in InstructionSet.supported {
      let kernels = try #require(isa.kernels).pointee.allocation
      var (larger, smaller) = (a, a)
      kernels.larger(count, &larger, b)
      kernels.smaller(count, &smaller, b)
      #expect(larger == zip(a, b).map(max), "\(isa)")
      #expect(smaller == zip(a, b).map(min), "\(isa)")
    }
    var (larger, smaller) = (a, a)
    b.withUnsafeBufferPointer { b in
      larger.withUnsafeMutableBufferPointer { ExtremeKernels.takeLarger($0, b) }
      smaller.withUnsafeMutableBufferPointer { ExtremeKernels.takeSmaller($0, b) }
    }
    #expect(larger == zip(a, b).map(max) && smaller == zip(a, b).map(min))
  }
}
