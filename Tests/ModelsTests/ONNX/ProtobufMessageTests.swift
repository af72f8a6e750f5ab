import Models
import Testing

/// The wire format, byte by byte. The first two cases are those of the format's documentation.
@Suite struct ProtobufMessageTests {
  private func bytes(_ fill: (inout ProtobufMessage) -> Void) -> [UInt8] {
    var message = ProtobufMessage()
    fill(&message)
    return message.bytes
  }

  @Test func `a number is a key and seven bits a byte, the lowest first`() {
    #expect(bytes { $0.add(1, integer: 150) } == [0x08, 0x96, 0x01])
    #expect(bytes { $0.add(3, integer: 0) } == [0x18, 0x00])
    #expect(bytes { $0.add(3, integer: 127) } == [0x18, 0x7F])
    #expect(bytes { $0.add(3, integer: 128) } == [0x18, 0x80, 0x01])
    // A key of its own two bytes: 20 << 3 = 160.
    #expect(bytes { $0.add(20, integer: 2) } == [0xA0, 0x01, 0x02])
  }

  @Test func `a negative number takes ten bytes`() {
    let minusOne = [UInt8](repeating: 0xFF, count: 9) + [0x01]
    #expect(bytes { $0.add(8, integer: -1) } == [0x40] + minusOne)
  }

  @Test func `text is its length and its UTF-8`() {
    #expect(
      bytes { $0.add(2, text: "testing") }
        == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
    #expect(bytes { $0.add(1, text: "") } == [0x0A, 0x00])
    #expect(bytes { $0.add(1, text: "é") } == [0x0A, 0x02, 0xC3, 0xA9])
    let long = bytes { $0.add(1, bytes: [UInt8](repeating: 7, count: 200)) }
    #expect(Array(long.prefix(4)) == [0x0A, 0xC8, 0x01, 7] && long.count == 203)
  }

  @Test func `a message in a message is its bytes`() {
    var inner = ProtobufMessage()
    inner.add(1, integer: 150)
    #expect(bytes { $0.add(3, inner) } == [0x1A, 0x03, 0x08, 0x96, 0x01])
  }

  @Test func `a node of a graph`() {
    // input "a" and none; output "b"; name "b"; operation "Op"; attribute axis = -1 of type INT.
    let minusOne = [UInt8](repeating: 0xFF, count: 9) + [0x01]
    let attribute = [0x0A, 0x01, UInt8(ascii: "k"), 0x18] + minusOne + [0xA0, 0x01, 0x02]
    let expected: [UInt8] =
      [0x0A, 1, UInt8(ascii: "a"), 0x0A, 0, 0x12, 1, UInt8(ascii: "b"), 0x1A, 1, UInt8(ascii: "b")]
      + [0x22, 2, UInt8(ascii: "O"), UInt8(ascii: "p"), 0x2A, UInt8(attribute.count)] + attribute
    #expect(ONNXGraph.node("Op", ["a", ""], ["b"], [.integer("k", -1)]).bytes == expected)
  }
}
