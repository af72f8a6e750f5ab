extension StoredTensor {
  /// A network's tensor under `prefix`: `member.0.` and `lstm.weight_ih_l0` give
  /// `member.0.lstm.weight_ih_l0`.
  public init(_ tensor: NamedTensor, prefix: String = "") {
    self.init(name: prefix + tensor.name, shape: tensor.shape, values: .float32(tensor.values))
  }
}

extension [StoredTensor] {
  /// Returns the float32 tensors whose names begin with `prefix`, without it.
  ///
  /// Throws `BundleError.unusableTensor` if one of them is float64.
  public func namedTensors(prefix: String) throws(BundleError) -> [NamedTensor] {
    var result: [NamedTensor] = []
    for tensor in self where tensor.name.hasPrefix(prefix) {
      guard case .float32(let values) = tensor.values else {
        throw BundleError.unusableTensor(name: tensor.name, reason: "it is float64, not float32")
      }
      result.append(
        NamedTensor(
          name: String(tensor.name.dropFirst(prefix.count)), shape: tensor.shape, values: values))
    }
    return result
  }
}
