/// A safetensors file of another program, with the name that its errors carry.
public struct ImportedTensors: Sendable {
  public let file: String
  let tensors: [StoredTensor]

  /// Reads the bytes of a file. A pickle is told from its first bytes and refused as such.
  public init(_ bytes: [UInt8], file: String) throws(ModelImportError) {
    // torch.save writes a zip archive with a pickle in it, older ones and joblib a bare pickle:
    // opcode PROTO and its version.
    let isArchive = bytes.starts(with: Array("PK\u{3}\u{4}".utf8))
    let isPickle = bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    // A header of 640 to 1408 bytes begins so as well; then a JSON object follows.
    let isSafetensors = bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
    if isArchive || (isPickle && !isSafetensors) { throw .pickle(file: file) }
    do {
      tensors = try Safetensors.decode(bytes, file: file)
    } catch {
      guard case .damaged(_, let reason) = error else {
        throw .unreadable(file: file, reason: "\(error)")
      }
      throw .unreadable(file: file, reason: reason)
    }
    self.file = file
  }

  /// The tensors whose names begin so, in a file of their own, without the prefix.
  func part(_ prefix: String) -> ImportedTensors {
    ImportedTensors(
      file: file,
      tensors: tensors.filter { $0.name.hasPrefix(prefix) }.map {
        StoredTensor(
          name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
      })
  }

  private init(file: String, tensors: [StoredTensor]) {
    self.file = file
    self.tensors = tensors
  }

  func contains(_ name: String) -> Bool { tensors.contains { $0.name == name } }

  /// Returns a float32 tensor of a network.
  func float32(_ name: String, hint: String) throws(ModelImportError) -> NamedTensor {
    let tensor = try named(name, hint: hint)
    guard case .float32(let values) = tensor.values else {
      throw .type(file: file, tensor: name, found: "float64", expected: "float32")
    }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite(file: file, tensor: name) }
    return NamedTensor(name: name, shape: tensor.shape, values: values)
  }

  /// Returns the numbers of a float64 tensor; a nil extent may be any.
  func float64(
    _ name: String, shape: [Int?], called expected: String, hint: String
  ) throws(ModelImportError) -> [Double] {
    let tensor = try named(name, hint: hint)
    guard tensor.shape.count == shape.count,
      zip(tensor.shape, shape).allSatisfy({ $0 == $1 ?? $0 })
    else { throw .shape(file: file, tensor: name, found: tensor.shape, expected: expected) }
    guard case .float64(let values) = tensor.values else {
      throw .type(file: file, tensor: name, found: "float32", expected: "float64")
    }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite(file: file, tensor: name) }
    return values
  }

  private func named(_ name: String, hint: String) throws(ModelImportError) -> StoredTensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw .missing(file: file, tensor: name, hint: hint)
    }
    return tensor
  }

  /// The scaler `scaler.mean`, `scaler.scale` (float64) if the file has one.
  public func scaler() throws(ModelImportError) -> StandardScaler? {
    guard contains("scaler.mean") || contains("scaler.scale") else { return nil }
    let hint = "a scaler is scaler.mean and scaler.scale"
    let mean = try float64("scaler.mean", shape: [nil], called: "[inputs]", hint: hint)
    let scale = try float64(
      "scaler.scale", shape: [mean.count], called: "[\(mean.count)]", hint: hint)
    guard scale.allSatisfy({ $0 > 0 }) else {
      throw .noModel(file: file, reason: "scaler.scale: a scale is not above 0")
    }
    return StandardScaler(mean: mean, scale: scale)
  }
}
