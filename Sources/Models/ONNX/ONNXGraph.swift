/// A graph of the Open Neural Network Exchange in the making: what its nodes compute from which
/// constants, and what goes in and out.
///
/// The numbers of fields and types are those of `onnx.proto3`, IR version 8; operators are those of
/// set 17, so that programs from 2022 on read the file.
package struct ONNXGraph {
  package enum ElementType: Int64 {
    case float = 1
    case int64 = 7
    case double = 11
  }

  /// An extent of an input or output.
  package enum Extent {
    case fixed(Int)
    /// Any; those of one name are equal.
    case any(String)
  }

  package enum Attribute {
    case integer(String, Int64)
    case integers(String, [Int64])

    fileprivate var message: ProtobufMessage {
      var message = ProtobufMessage()
      switch self {
      case .integer(let name, let value):
        message.add(1, text: name)
        message.add(3, integer: value)
        message.add(20, integer: 2)
      case .integers(let name, let values):
        message.add(1, text: name)
        for value in values { message.add(8, integer: value) }
        message.add(20, integer: 7)
      }
      return message
    }
  }

  static let irVersion: Int64 = 8
  static let operatorSet: Int64 = 17

  private var nodes: [ProtobufMessage] = []
  private var constants: [ProtobufMessage] = []
  private var inputs: [ProtobufMessage] = []
  private var outputs: [ProtobufMessage] = []

  package init() {}

  /// Adds a node; an empty name is an input or output that it does without.
  package mutating func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute] = []
  ) {
    nodes.append(ONNXGraph.node(operation, inputs, outputs, attributes))
  }

  package static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute] = []
  ) -> ProtobufMessage {
    var message = ProtobufMessage()
    for name in inputs { message.add(1, text: name) }
    for name in outputs { message.add(2, text: name) }
    message.add(3, text: outputs.first { !$0.isEmpty } ?? operation)
    message.add(4, text: operation)
    for attribute in attributes { message.add(5, attribute.message) }
    return message
  }

  /// Adds a float32 constant.
  package mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
    var data: [UInt8] = []
    for value in values { data.append(littleEndian: value.bitPattern) }
    constant(name, .float, shape, values.count, data)
  }

  /// Adds a float64 constant.
  package mutating func constant(_ name: String, _ shape: [Int], _ values: [Double]) {
    var data: [UInt8] = []
    for value in values { data.append(littleEndian: value.bitPattern) }
    constant(name, .double, shape, values.count, data)
  }

  /// Adds a list of whole numbers: axes and indices.
  package mutating func constant(_ name: String, _ values: [Int64]) {
    var data: [UInt8] = []
    for value in values { data.append(littleEndian: value) }
    constant(name, .int64, [values.count], values.count, data)
  }

  private mutating func constant(
    _ name: String, _ type: ElementType, _ shape: [Int], _ count: Int, _ data: [UInt8]
  ) {
    precondition(shape.reduce(1, *) == count, "\(name): values do not fill the shape")
    var message = ProtobufMessage()
    // Not packed, for onnx.proto is of syntax 2.
    for extent in shape { message.add(1, integer: Int64(extent)) }
    message.add(2, integer: type.rawValue)
    message.add(8, text: name)
    message.add(9, bytes: data)
    constants.append(message)
  }

  package mutating func input(
    _ name: String, _ type: ElementType, _ shape: [Extent], _ meaning: String
  ) {
    inputs.append(ONNXGraph.value(name, type, shape, meaning))
  }

  package mutating func output(
    _ name: String, _ type: ElementType, _ shape: [Extent], _ meaning: String
  ) {
    outputs.append(ONNXGraph.value(name, type, shape, meaning))
  }

  private static func value(
    _ name: String, _ type: ElementType, _ shape: [Extent], _ meaning: String
  ) -> ProtobufMessage {
    var extents = ProtobufMessage()
    for extent in shape {
      var dimension = ProtobufMessage()
      switch extent {
      case .fixed(let count): dimension.add(1, integer: Int64(count))
      case .any(let name): dimension.add(2, text: name)
      }
      extents.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, integer: type.rawValue)
    tensor.add(2, extents)
    var kind = ProtobufMessage()
    kind.add(1, tensor)
    var message = ProtobufMessage()
    message.add(1, text: name)
    message.add(2, kind)
    message.add(3, text: meaning)
    return message
  }

  /// Returns the bytes of a file that holds the graph.
  /// - Parameter metadata: what else a reader may want to know, by name.
  package func file(name: String, producer: String, metadata: [(name: String, value: String)])
    -> [UInt8]
  {
    var graph = ProtobufMessage()
    for node in nodes { graph.add(1, node) }
    graph.add(2, text: name)
    for constant in constants { graph.add(5, constant) }
    for input in inputs { graph.add(11, input) }
    for output in outputs { graph.add(12, output) }
    var operators = ProtobufMessage()
    operators.add(1, text: "")
    operators.add(2, integer: ONNXGraph.operatorSet)
    var model = ProtobufMessage()
    model.add(1, integer: ONNXGraph.irVersion)
    model.add(2, text: producer)
    model.add(7, graph)
    model.add(8, operators)
    for (name, value) in metadata {
      var entry = ProtobufMessage()
      entry.add(1, text: name)
      entry.add(2, text: value)
      model.add(14, entry)
    }
    return model.bytes
  }
}
