import Foundation
import Models
import Testing

/// What Fixtures/make_onnx.py makes, by the same formula.
enum ONNXCases {
  /// The formula of make_onnx.py, exact in float32.
  static func numbers(_ count: Int, _ seed: Int) -> [Double] {
    (0..<count).map { Double(($0 * 37 + seed * 11) % 101 - 50) / 64 }
  }

  static func network(_ shape: LSTMShape, seed: Int) throws -> LSTMNetwork {
    var seed = seed
    var tensors: [NamedTensor] = []
    func add(_ name: String, _ extents: [Int]) {
      seed += 1
      tensors.append(
        NamedTensor(
          name: name, shape: extents,
          values: numbers(extents.reduce(1, *), seed).map { Float($0) }))
    }
    let gates = 4 * shape.hidden
    for layer in 0..<shape.layers {
      add("lstm.weight_ih_l\(layer)", [gates, layer == 0 ? shape.inputs : shape.hidden])
      add("lstm.weight_hh_l\(layer)", [gates, shape.hidden])
      add("lstm.bias_ih_l\(layer)", [gates])
      add("lstm.bias_hh_l\(layer)", [gates])
    }
    let width = shape.hidden + shape.regimes
    if shape.headHidden > 0 {
      add("head.0.weight", [shape.headHidden, width])
      add("head.0.bias", [shape.headHidden])
      add("head.2.weight", [1, shape.headHidden])
      add("head.2.bias", [1])
    } else {
      add("head.weight", [1, width])
      add("head.bias", [1])
    }
    return try LSTMNetwork(shape: shape, tensors: tensors)
  }

  static func fixture(_ name: String) throws -> Data {
    try Data(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)"))
  }

  /// Expects the bytes of a file that ONNX's own library wrote.
  static func expect(_ bytes: [UInt8], toBe name: String) throws {
    let expected = try Array(fixture(name))
    #expect(bytes.count == expected.count)
    let firstDifference = zip(bytes, expected).enumerated().first { $1.0 != $1.1 }?.offset
    #expect(firstDifference == nil)
  }
}
