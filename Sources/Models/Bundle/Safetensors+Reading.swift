import Foundation

extension Safetensors {
  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// A header's JSON: entries by name, and strings under `__metadata__`.
  private struct Header: Decodable {
    var entries: [(name: String, entry: Entry)] = []

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == metadataKey {
          _ = try container.decode([String: String].self, forKey: key)
        } else {
          entries.append((key.stringValue, try container.decode(Entry.self, forKey: key)))
        }
      }
    }
  }

  /// Reads a file's bytes. No length in them is trusted: each tensor must fill its shape exactly,
  /// and together they must cover the data without gap or overlap.
  ///
  /// - Parameter file: the name for the error.
  /// - Returns: The tensors in the order of the data.
  /// - Throws: `BundleError.damaged` with the reason.
  public static func decode(_ bytes: [UInt8], file: String) throws(BundleError) -> [StoredTensor] {
    func refuse(_ reason: String) -> BundleError { .damaged(file: file, reason: reason) }
    guard bytes.count >= 8 else {
      throw refuse("\(bytes.count) bytes are too short for a safetensors file")
    }
    var length: UInt64 = 0
    for i in 0..<8 { length |= UInt64(bytes[i]) << UInt64(8 * i) }
    guard length <= UInt64(longestHeader), Int(length) <= bytes.count - 8 else {
      throw refuse("a header of \(length) bytes does not fit in a file of \(bytes.count)")
    }
    let data = 8 + Int(length)
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw refuse("the header is no JSON object")
    }
    var entries: [(name: String, entry: Entry)]
    do {
      entries = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<data])).entries
    } catch {
      throw refuse("the header is not that of a safetensors file")
    }
    for (name, entry) in entries where entry.offsets.count != 2 {
      throw refuse("tensor \(name) has \(entry.offsets.count) offsets, not 2")
    }
    entries.sort { a, b in
      let (x, y) = (a.entry.offsets, b.entry.offsets)
      if x != y { return x.lexicographicallyPrecedes(y) }
      return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }

    var tensors: [StoredTensor] = []
    var end = 0
    for (name, entry) in entries {
      let (begin, next) = (entry.offsets[0], entry.offsets[1])
      guard begin == end else {
        throw refuse("tensor \(name) begins at \(begin), the one before it ends at \(end)")
      }
      guard next >= begin, next <= bytes.count - data else {
        throw refuse("tensor \(name) ends at \(next), the data at \(bytes.count - data)")
      }
      guard let size = ["F32": 4, "F64": 8][entry.dtype] else {
        throw refuse("tensor \(name) is of type \(entry.dtype), not F32 or F64")
      }
      guard let count = elementCount(entry.shape), count <= (next - begin) / size,
        count * size == next - begin
      else {
        throw refuse("tensor \(name) of shape \(entry.shape) does not fill \(next - begin) bytes")
      }
      let part = bytes[(data + begin)..<(data + next)]
      let values: TensorValues =
        size == 4
        ? .float32(words(part, UInt32.self).map(Float.init(bitPattern:)))
        : .float64(words(part, UInt64.self).map(Double.init(bitPattern:)))
      tensors.append(StoredTensor(name: name, shape: entry.shape, values: values))
      end = next
    }
    guard end == bytes.count - data else {
      throw refuse("\(bytes.count - data - end) bytes after the last tensor belong to none")
    }
    return tensors
  }

  /// The product of a shape, or nil if an extent is negative or the product overflows.
  private static func elementCount(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      product = next
    }
    return product
  }

  private static func words<Word: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, _: Word.Type
  ) -> [Word] {
    let size = Word.bitWidth / 8
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
      var word: Word = 0
      for i in 0..<size { word |= Word(truncatingIfNeeded: bytes[start + i]) << Word(8 * i) }
      return word
    }
  }
}
