import Foundation

/// The safetensors format: named arrays and nothing that could be run.
///
/// Layout: 8 bytes N, little endian; N bytes of JSON
/// `{"name": {"dtype": "F64", "shape": [3, 2], "data_offsets": [begin, end]}, ...}`, padded with
/// spaces to a multiple of 8; then the numbers, little endian, row-major, without holes. Offsets
/// count from the end of the header. float32 and float64 are supported.
/// (github.com/huggingface/safetensors, format of version 0.4 and later.)
public enum Safetensors {
  /// Longer headers are refused, as by the reference implementation.
  static let longestHeader = 100_000_000
  /// A key for strings about the file, not a tensor.
  static let metadataKey = "__metadata__"

  /// Returns the tensors in the order in which a file holds them: float64 before float32, so that
  /// all numbers are aligned, and by the bytes of their names.
  static func canonicalOrder(_ tensors: [StoredTensor]) -> [StoredTensor] {
    tensors.sorted { a, b in
      if a.values.elementSize != b.values.elementSize {
        return a.values.elementSize > b.values.elementSize
      }
      return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
  }

  /// Returns the bytes of a file that holds `tensors`; the same for every order of them.
  ///
  /// - Parameter metadata: what a reader may want to know, by name; nothing is written for none.
  /// - Precondition: names differ from each other and from `__metadata__`.
  public static func encode(
    _ tensors: [StoredTensor], metadata: [String: String] = [:]
  ) -> [UInt8] {
    let tensors = canonicalOrder(tensors)
    let names = tensors.map { Array($0.name.utf8) }
    precondition(Set(names).count == names.count, "tensors have different names")
    precondition(!names.contains(Array(metadataKey.utf8)), "\(metadataKey) is no tensor's name")

    var entries: [String] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      entries.append("\(quoted(metadataKey)):{\(strings.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      let begin = end
      end += tensor.values.count * tensor.values.elementSize
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.values.dtype)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
    }
    var text = Array("{\(entries.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + end)
    bytes.append(littleEndian: UInt64(text.count))
    bytes += text
    for tensor in tensors {
      switch tensor.values {
      case .float32(let values):
        for value in values { bytes.append(littleEndian: value.bitPattern) }
      case .float64(let values):
        for value in values { bytes.append(littleEndian: value.bitPattern) }
      }
    }
    return bytes
  }

  /// A JSON string of `text`.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension TensorValues {
  var elementSize: Int {
    switch self {
    case .float32: return 4
    case .float64: return 8
    }
  }

  var dtype: String {
    switch self {
    case .float32: return "F32"
    case .float64: return "F64"
    }
  }
}
