import Kernels

/// One trained node as it is stored: its manifest and all its tensors.
public struct ModelBundle: Sendable, Equatable {
  public let manifest: BundleManifest
  /// In the order of the file: float64 before float32, each by name.
  public let tensors: [StoredTensor]

  /// Joins a manifest and tensors of different names; sets the manifest's `tensorsSHA256`.
  public init(manifest: BundleManifest, tensors: [StoredTensor]) {
    var manifest = manifest
    manifest.tensorsSHA256 = ModelBundle.digest(Safetensors.encode(tensors))
    self.manifest = manifest
    self.tensors = Safetensors.canonicalOrder(tensors)
  }

  static func digest(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.hex()
  }
}

extension [StoredTensor] {
  /// Returns the tensor of that name. Throws `BundleError.unusableTensor` if there is none.
  public func named(_ name: String) throws(BundleError) -> StoredTensor {
    guard let tensor = first(where: { $0.name == name }) else {
      throw BundleError.unusableTensor(name: name, reason: "the bundle has none")
    }
    return tensor
  }

  /// Returns the numbers of a float64 tensor of that name and shape; a nil extent may be any.
  ///
  /// Throws `BundleError.unusableTensor` if there is none, or a number is not finite.
  func float64(_ name: String, shape: [Int?]) throws(BundleError) -> [Double] {
    let tensor = try named(name)
    let fits =
      tensor.shape.count == shape.count
      && zip(tensor.shape, shape).allSatisfy { extent, wanted in extent == wanted ?? extent }
    guard fits else {
      let wanted = shape.map { $0.map(String.init) ?? "any" }.joined(separator: " x ")
      throw BundleError.unusableTensor(
        name: name, reason: "its shape is \(tensor.shape), not \(wanted)")
    }
    guard case .float64(let values) = tensor.values else {
      throw BundleError.unusableTensor(name: name, reason: "it is float32, not float64")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw BundleError.unusableTensor(name: name, reason: "it holds a number that is not finite")
    }
    return values
  }

  /// Returns the one number of a float64 tensor, which must lie in a range.
  ///
  /// - Parameter shape: `[]` or `[1]`.
  func number(
    _ name: String, shape: [Int] = [], in range: ClosedRange<Double>
  ) throws(BundleError) -> Double {
    let value = try float64(name, shape: shape)[0]
    guard range.contains(value) else {
      throw BundleError.unusableTensor(
        name: name, reason: "it is \(value), not within \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }
}
