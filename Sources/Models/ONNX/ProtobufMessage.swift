/// A message in the wire format of Protocol Buffers, field after field
/// (protobuf.dev/programming-guides/encoding).
///
/// A field is the varint `number << 3 | wire type`, then its value. Written in the order of their
/// numbers, the bytes are those of the reference implementation.
package struct ProtobufMessage: Sendable, Equatable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// A whole number; wire type 0.
  package mutating func add(_ field: Int, integer value: Int64) {
    key(field, wireType: 0)
    varint(UInt64(bitPattern: value))
  }

  /// A float; wire type 5.
  package mutating func add(_ field: Int, float value: Float) {
    key(field, wireType: 5)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// Bytes; wire type 2.
  package mutating func add(_ field: Int, bytes value: [UInt8]) {
    key(field, wireType: 2)
    varint(UInt64(value.count))
    bytes += value
  }

  package mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  package mutating func add(_ field: Int, _ message: ProtobufMessage) {
    add(field, bytes: message.bytes)
  }

  private mutating func key(_ field: Int, wireType: UInt64) {
    precondition(field > 0, "fields count from 1")
    varint(UInt64(field) << 3 | wireType)
  }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}

extension [UInt8] {
  /// Appends the bytes of a number, the lowest first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
