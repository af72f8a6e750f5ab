import CKernels
import Foundation
import Kernels
import Testing

/// Every kernel of every instruction set against plain Swift, to the bit, over random shapes.
@Suite struct LSTMKernelsTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var units: Int
    var inputs: Int
    var batch: Int
    var columns: Int { LSTMKernels.padded(batch) }
    var testDescription: String { "\(units) units, \(inputs) inputs, batch \(batch)" }

    /// The corners, then shapes at random. No layer of a portfolio has more than 256 units.
    static let all: [Shape] =
      [
        Shape(units: 1, inputs: 1, batch: 1), Shape(units: 130, inputs: 12, batch: 17),
        Shape(units: 2, inputs: 19, batch: 257), Shape(units: 64, inputs: 12, batch: 64),
        Shape(units: 16, inputs: 19, batch: 16), Shape(units: 256, inputs: 12, batch: 17),
        Shape(units: 131, inputs: 19, batch: 3),
      ]
      + {
        var random = CounterRandom(seed: 1, path: ["shapes"])
        return (0..<12).map { n in
          // Wide batches are left to small layers: the portable set is slow.
          let units = 1 + random.below(n % 2 == 0 ? 130 : 20)
          return Shape(
            units: units, inputs: 1 + random.below(40),
            batch: 1 + random.below(n % 2 == 0 ? 80 : 257))
        }
      }()
  }

  /// Blocks of random numbers by name.
  struct Memory {
    let blocks: [String: UnsafeMutableBufferPointer<Float>]

    init(_ counts: [(String, Int)], _ name: String) {
      var random = CounterRandom(seed: 2, path: [name])
      var blocks: [String: UnsafeMutableBufferPointer<Float>] = [:]
      for (name, count) in counts {
        let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        for n in block.indices { block[n] = Float(random.normal()) }
        blocks[name] = block
      }
      self.blocks = blocks
    }

    func callAsFunction(_ name: String) -> UnsafeMutablePointer<Float> {
      blocks[name]!.baseAddress!
    }
  }

  /// Runs a kernel of every set and its reference on the same memory, and compares all of it.
  private func compare(
    _ shape: Shape, _ blocks: [(String, Int)],
    kernel: (LSTMKernelTable, Memory) -> Void, reference: (Memory) -> Void
  ) throws {
    func run(_ body: (Memory) -> Void) -> [String: [UInt32]] {
      let memory = Memory(blocks, shape.testDescription)
      defer { for block in memory.blocks.values { block.deallocate() } }
      body(memory)
      return memory.blocks.mapValues { $0.map(\.bitPattern) }
    }
    let expected = run(reference)
    for set in InstructionSet.supported {
      let table = try #require(set.kernels).pointee.lstm
      let found = run { kernel(table, $0) }
      for (name, bits) in expected {
        // Compared first: a failed expectation would print both.
        let isSame = found[name] == bits
        #expect(isSame, "\(name) of \(set), \(shape.testDescription)")
      }
    }
  }

  @Test(arguments: Shape.all, [false, true])
  func `a product is one chain over ascending k`(shape: Shape, second: Bool) throws {
    let panels = LSTMKernels.panels(shape.units)
    let depth = shape.inputs + (second ? shape.units : 0)
    func arguments(_ memory: Memory) -> LSTMProduct {
      LSTMProduct(
        panels: panels, columns: shape.columns,
        start: second ? UnsafePointer(memory("start")) : nil,
        weights: memory("weights"), aDepth: shape.inputs, a: memory("a"),
        bDepth: second ? shape.units : 0, b: second ? UnsafePointer(memory("b")) : nil,
        y: memory("y"))
    }
    try compare(
      shape,
      [
        ("start", 4 * panels), ("weights", 4 * panels * depth), ("a", shape.inputs * shape.columns),
        ("b", shape.units * shape.columns), ("y", 4 * panels * shape.columns),
      ]
    ) { table, memory in
      withUnsafePointer(to: arguments(memory)) { table.product($0) }
    } reference: {
      LSTMReference.product(arguments($0))
    }
  }

  enum Start: CaseIterable { case inputs, sums, zeroState }

  @Test(arguments: Shape.all, Start.allCases)
  func `a step is its formula with the elementary functions`(shape: Shape, start: Start) throws {
    let sums = start == .sums
    let count = shape.units * shape.columns
    let stride = shape.columns + 7
    func arguments(_ memory: Memory) -> LSTMForwardStep {
      LSTMForwardStep(
        units: shape.units, columns: shape.columns,
        start: sums ? nil : UnsafePointer(memory("start")),
        sums: sums ? UnsafePointer(memory("sums")) : nil, sumsStride: sums ? stride : 0,
        weights: memory("weights"), inputs: shape.inputs,
        x: sums ? nil : UnsafePointer(memory("x")),
        h: start == .zeroState ? nil : UnsafePointer(memory("h")),
        previousCell: sums ? memory("cell") : memory("previous"), cell: memory("cell"),
        hidden: memory("hidden"), gates: sums ? nil : memory("gates"),
        cellTanh: sums ? nil : memory("tanh"))
    }
    try compare(
      shape,
      [
        ("start", 4 * shape.units), ("sums", 4 * shape.units * stride),
        ("weights", 4 * shape.units * (shape.inputs + shape.units)),
        ("x", shape.inputs * shape.columns), ("h", count), ("previous", count), ("cell", count),
        ("hidden", count), ("gates", 4 * count), ("tanh", count),
      ]
    ) { table, memory in
      withUnsafePointer(to: arguments(memory)) { table.forward($0) }
    } reference: {
      LSTMReference.forward(arguments($0))
    }
  }

  @Test func `a gate is the logistic function to 2,5 ulp`() {
    var worst = 0.0
    for n in -500_000...500_000 {
      let x = Float(n) * 1.6e-4
      worst = max(worst, ulpError(LSTMReference.gate(x), 1 / (1 + exp(-Double(x)))))
    }
    #expect(worst > 0.5 && worst <= 2.5)
    #expect(LSTMReference.gate(.infinity) == 1 && LSTMReference.gate(-.infinity) < 1e-37)
    #expect(LSTMReference.gate(0) == 0.5)
  }

  @Test(arguments: Shape.all, [false, true])
  func `a backward step is its formula`(shape: Shape, isLast: Bool) throws {
    let count = shape.units * shape.columns
    func arguments(_ memory: Memory) -> LSTMBackwardStep {
      LSTMBackwardStep(
        units: shape.units, columns: shape.columns, gates: memory("gates"),
        previousCell: memory("previous"), cellTanh: memory("tanh"), above: memory("above"),
        after: isLast ? nil : UnsafePointer(memory("after")), cellGradient: memory("dc"),
        dz: memory("dz"))
    }
    try compare(
      shape,
      [
        ("gates", 4 * count), ("previous", count), ("tanh", count), ("above", count),
        ("after", count), ("dc", count), ("dz", 4 * count),
      ]
    ) { table, memory in
      withUnsafePointer(to: arguments(memory)) { table.backward($0) }
    } reference: {
      LSTMReference.backward(arguments($0))
    }
  }

  @Test(arguments: Shape.all)
  func `a weight gradient adds steps and sequences one after the other`(shape: Shape) throws {
    let panels = shape.units
    let width = LSTMKernels.padded(shape.units + shape.inputs + 1)
    let steps = 1 + shape.inputs % 3
    func arguments(_ memory: Memory) -> LSTMWeightGradient {
      LSTMWeightGradient(
        panels: panels, width: width, steps: steps, rows: shape.batch, columns: shape.columns,
        dz: memory("dz"), x: memory("x"), sums: memory("sums"),
        biases: shape.batch % 2 == 0 ? nil : memory("biases"))
    }
    try compare(
      shape,
      [
        ("dz", steps * 4 * panels * shape.columns), ("x", steps * shape.columns * width),
        ("sums", 4 * panels * width), ("biases", 4 * panels),
      ]
    ) { table, memory in
      withUnsafePointer(to: arguments(memory)) { table.weightGradient($0) }
    } reference: {
      LSTMReference.weightGradient(arguments($0))
    }
  }

  @Test(arguments: Shape.all, [false, true])
  func `a step of one sequence and its head are their formulas`(shape: Shape, sums: Bool) throws {
    let width = LSTMKernels.padded(shape.units)
    let depth = shape.inputs + shape.units
    func arguments(_ memory: Memory) -> LSTMVectorStep {
      LSTMVectorStep(
        blocks: width / 16, inputs: shape.inputs, units: shape.units, start: memory("start"),
        weights: memory("weights"), x: sums ? nil : UnsafePointer(memory("x")), h: memory("h"),
        cell: memory("cell"), hidden: memory("hidden"), fromLast: shape.batch % 2 == 1,
        head: shape.inputs % 3 == 0 ? nil : UnsafePointer(memory("head")), headStart: 0.25,
        others: shape.inputs, other: memory("x"))
    }
    try compare(
      shape,
      [
        ("start", 4 * width), ("weights", 4 * width * depth), ("x", shape.inputs), ("h", width),
        ("cell", width), ("hidden", width), ("head", depth), ("output", 1),
      ]
    ) { table, memory in
      memory("output")[0] = withUnsafePointer(to: arguments(memory)) { table.vectorStep($0) }
    } reference: { memory in
      memory("output")[0] = LSTMReference.vectorStep(arguments(memory))
    }
  }

  @Test(arguments: Shape.all)
  func `a product of one sequence is one chain over ascending k`(shape: Shape) throws {
    let outputs = LSTMKernels.padded(shape.units)
    let stride = 64 * shape.inputs + 16 * (shape.batch % 3)
    func arguments(_ memory: Memory) -> LSTMVectorProduct {
      LSTMVectorProduct(
        outputs: outputs, start: memory("start"), depth: shape.inputs, weights: memory("weights"),
        stride: stride, x: memory("x"), y: memory("y"))
    }
    try compare(
      shape,
      [
        ("start", outputs), ("weights", (outputs + 63) / 64 * stride), ("x", shape.inputs),
        ("y", outputs), ("output", 1),
      ]
    ) { table, memory in
      withUnsafePointer(to: arguments(memory)) { table.vectorProduct($0) }
      memory("output")[0] = table.vectorOutput(shape.inputs, 0.5, memory("weights"), memory("x"))
    } reference: { memory in
      LSTMReference.vectorProduct(arguments(memory))
      memory("output")[0] = LSTMReference.vectorOutput(
        shape.inputs, 0.5, memory("weights"), memory("x"))
    }
  }

  @Test(arguments: Shape.all.filter { $0.columns <= 64 })
  func `a dropped output is a hash of key and place`(shape: Shape) throws {
    let count = shape.units * shape.columns
    func arguments(_ memory: Memory) -> LSTMDropout {
      LSTMDropout(
        rows: shape.units, columns: shape.columns, key: (0x1234_5678, 0x9abc_def0),
        counter: 4_294_967_000, threshold: 5_033_164, scale: 1 / 0.7, x: memory("x"),
        y: memory("y"))
    }
    try compare(shape, [("x", count), ("y", count)]) { table, memory in
      withUnsafePointer(to: arguments(memory)) { table.dropout($0) }
    } reference: {
      LSTMReference.dropout(arguments($0))
    }
  }

  @Test(arguments: Shape.all)
  func `transposing moves every value and adds the bias's input where there is one`(
    shape: Shape
  ) throws {
    let one = shape.units % 2 == 1
    let (rows, columns, width) = (shape.batch, shape.inputs, shape.inputs + 5)
    // Rows in another order and with gaps between them.
    let offsets = (0..<rows).map { ($0 * 7 + 3) % rows * width }
    try compare(
      shape,
      [("x", rows * width), ("y", columns * (rows + 2)), ("rows", rows * width)]
    ) { table, memory in
      table.transpose(rows, columns, memory("x"), offsets, memory("y"), rows + 2)
      table.inputRows(rows, columns, memory("x"), width, one, memory("rows"), width)
    } reference: { memory in
      for row in 0..<rows {
        for column in 0..<columns {
          memory("y")[column * (rows + 2) + row] = memory("x")[offsets[row] + column]
          memory("rows")[row * width + column] = memory("x")[row * width + column]
        }
        if one { memory("rows")[row * width + columns] = 1 }
      }
    }
  }

  @Test(arguments: Shape.all)
  func `the rectifier, its gradient and a scale are elementwise`(shape: Shape) throws {
    let count = shape.columns * 4
    try compare(shape, [("x", count), ("dx", count), ("y", count)]) { table, memory in
      memory("x")[0] = .nan
      table.rectify(count, memory("x"))
      table.rectifyBackward(count, memory("x"), memory("dx"))
      table.scale(count - shape.units % 5, 0.37, memory("y"))
    } reference: { memory in
      memory("x")[0] = .nan
      for n in 0..<count where memory("x")[n] < 0 { memory("x")[n] = 0 }
      for n in 0..<count where memory("x")[n] <= 0 { memory("dx")[n] = 0 }
      for n in 0..<count - shape.units % 5 { memory("y")[n] *= 0.37 }
    }
  }

  @Test(arguments: [1, 7, 15, 16, 17, 64, 1001])
  func `the norm and Adam are their formulas`(count: Int) throws {
    let shape = Shape(units: 1, inputs: count, batch: 1)
    func arguments(_ memory: Memory) -> LSTMAdam {
      LSTMAdam(
        count: count, gradient: memory("g"), parameters: memory("p"), mean: memory("m"),
        square: memory("v"), decay: 1e-4, keep: 1 - 1e-5, fresh1: 0.1, keep2: 0.999, fresh2: 1e-3,
        step: 0.02, root: 1.5, epsilon: 1e-8)
    }
    try compare(
      shape, [("g", count), ("p", count), ("m", count), ("v", count), ("norm", 2)]
    ) { table, memory in
      for n in 0..<count { memory("v")[n] = memory("v")[n].magnitude }
      withUnsafePointer(to: arguments(memory)) { table.adam($0) }
      let bits = table.sumOfSquares(count, memory("g")).bitPattern
      memory("norm")[0] = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      memory("norm")[1] = Float(bitPattern: UInt32(bits >> 32))
    } reference: { memory in
      for n in 0..<count { memory("v")[n] = memory("v")[n].magnitude }
      LSTMReference.adam(arguments(memory))
      let bits = LSTMReference.sumOfSquares((0..<count).map { memory("g")[$0] }).bitPattern
      memory("norm")[0] = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      memory("norm")[1] = Float(bitPattern: UInt32(bits >> 32))
    }
  }
}
