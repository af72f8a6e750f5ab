import Foundation
import Kernels
import Models
import Testing

@Suite struct SafetensorsTests {
  private static func file(_ header: String, data: Int) -> [UInt8] {
    let text = Array(header.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return length + text + Array(repeating: 0, count: data)
  }

  private static func refusal(_ bytes: [UInt8]) -> String? {
    do throws(BundleError) {
      _ = try Safetensors.decode(bytes, file: "x.safetensors")
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `one number, byte by byte`() throws {
    let bytes = Safetensors.encode([StoredTensor(name: "a", shape: [], values: .float64([1]))])
    let header = #"{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}"# + "   "
    #expect(header.utf8.count == 56)
    #expect(
      bytes == [56, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }

  @Test func `metadata stand before the tensors, by name, and are no tensors`() throws {
    let tensor = StoredTensor(name: "a", shape: [], values: .float64([1]))
    let bytes = Safetensors.encode([tensor], metadata: ["mode": "dense", "id": "a\"b"])
    let header =
      #"{"__metadata__":{"id":"a\"b","mode":"dense"},"#
      + #""a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}"#
    #expect(String(decoding: bytes.dropFirst(8).prefix(header.utf8.count), as: UTF8.self) == header)
    #expect(try Safetensors.decode(bytes, file: "x") == [tensor])
  }

  /// Written by `safetensors.numpy.save` 0.8.0 (Python) from generated numbers.
  @Test func `reads what the reference implementation wrote`() throws {
    let hex = """
      c8000000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a226e70227d2c\
      2261223a7b226474797065223a22463634222c227368617065223a5b335d2c22646174615f6f6666\
      73657473223a5b302c32345d7d2c2273223a7b226474797065223a22463634222c22736861706522\
      3a5b5d2c22646174615f6f666673657473223a5b32342c33325d7d2c22622e77223a7b2264747970\
      65223a22463332222c227368617065223a5b312c325d2c22646174615f6f666673657473223a5b33\
      322c34305d7d7d20182d4454fb21094000000000000000802be6708b681200000000000000001c40\
      0000c03f000000c0
      """
    var bytes: [UInt8] = []
    var rest = hex[...]
    while !rest.isEmpty {
      bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
      rest = rest.dropFirst(2)
    }
    let tensors = try Safetensors.decode(bytes, file: "reference")
    let denormal = Double(bitPattern: 0x1268_8b70_e62b)  // 1e-310
    #expect(
      tensors == [
        StoredTensor(name: "a", shape: [3], values: .float64([Double.pi, -0.0, denormal])),
        StoredTensor(name: "s", shape: [], values: .float64([7])),
        StoredTensor(name: "b.w", shape: [1, 2], values: .float32([1.5, -2])),
      ])
  }

  @Test func `round trip keeps every bit`() throws {
    for seed in 0..<50 as Range<UInt64> {
      var random = CounterRandom(seed: seed, path: ["safetensors"])
      let names = [
        "plain", "quote\" back\\slash", "line\nbreak\u{1}", "größe", "𝜎", "", "a/b", "1",
      ]
      var tensors: [StoredTensor] = []
      for name in names.prefix(random.below(9)) {
        let shape = (0..<random.below(4)).map { _ in random.below(4) }
        let count = shape.reduce(1, *)
        // All bit patterns: infinities, NaN payloads, denormals.
        let values: TensorValues =
          random.below(2) == 0
          ? .float64((0..<count).map { _ in Double(bitPattern: random.next()) })
          : .float32((0..<count).map { _ in Float(bitPattern: UInt32(random.next() >> 32)) })
        tensors.append(StoredTensor(name: name, shape: shape, values: values))
      }
      let bytes = Safetensors.encode(tensors)
      #expect(bytes.count % 4 == 0)
      let read = try Safetensors.decode(bytes, file: "round trip")
      #expect(read.count == tensors.count)
      for tensor in tensors { #expect(try read.named(tensor.name) == tensor) }
      #expect(Safetensors.encode(tensors.reversed()) == bytes)
      #expect(Safetensors.encode(read) == bytes)
    }
  }

  @Test func `every shorter file is refused, and every longer one`() {
    let bytes = Safetensors.encode([
      StoredTensor(name: "w", shape: [2, 3], values: .float32([1, 2, 3, 4, 5, 6])),
      StoredTensor(name: "m", shape: [2], values: .float64([1, 2])),
    ])
    for length in 0..<bytes.count {
      #expect(SafetensorsTests.refusal(Array(bytes.prefix(length))) != nil, "\(length) bytes")
    }
    #expect(SafetensorsTests.refusal(bytes + [0]) != nil)
    #expect(SafetensorsTests.refusal(bytes) == nil)
  }

  @Test(arguments: [
    ("a hole", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "begins at 4"),
    (
      "an overlap",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      8, "begins at 4"
    ),
    (
      "a hole between",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      12, "begins at 8"
    ),
    ("a rest", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "4 bytes after"),
    (
      "beyond the end", #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#, 8, "ends at 12"
    ),
    (
      "a shape too large", #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "not fill"
    ),
    (
      "a shape too small", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8, "not fill"
    ),
    (
      "a shape that overflows",
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,8]}}"#, 8,
      "not fill"
    ),
    (
      "a negative extent", #"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, 8,
      "not fill"
    ),
    (
      "a backward range", #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,-4]}}"#, 0,
      "ends at -4"
    ),
    (
      "a negative begin", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4,
      "begins at -4"
    ),
    ("another type", #"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, 8, "I64"),
    ("three offsets", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, 4, "3 offsets"),
    ("no offsets", #"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "not that of"),
    ("a fraction", #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "not that of"),
    (
      "a huge number",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, 4,
      "not that of"
    ),
    ("a list", "[]", 0, "no JSON object"),
    ("an open object", "{", 0, "not that of"),
    ("a blank before", " {}", 0, "no JSON object"),
    ("nothing", "", 0, "no JSON object"),
    ("metadata that are no strings", #"{"__metadata__":{"a":1}}"#, 0, "not that of"),
  ])
  func `a header that lies is refused`(what: String, header: String, data: Int, reason: String) {
    let refusal = SafetensorsTests.refusal(SafetensorsTests.file(header, data: data))
    #expect(refusal?.contains(reason) == true, "\(what): \(refusal ?? "accepted")")
    #expect(refusal?.hasPrefix("x.safetensors: damaged, ") == true)
    #expect(refusal?.contains("regimefolio train PORTFOLIO") == true)
  }

  @Test(arguments: [UInt64.max, UInt64(Int64.max), 1 << 63, 100_000_001, 57])
  func `a header length is not trusted`(length: UInt64) {
    var bytes = Safetensors.encode([StoredTensor(name: "a", shape: [], values: .float64([1]))])
    for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: length >> UInt64(8 * i)) }
    #expect(SafetensorsTests.refusal(bytes) != nil)
  }

  @Test func `no tensors make a file too`() throws {
    #expect(try Safetensors.decode(Safetensors.encode([]), file: "empty").isEmpty)
    #expect(SafetensorsTests.refusal(SafetensorsTests.file("{}", data: 0)) == nil)
  }
}
