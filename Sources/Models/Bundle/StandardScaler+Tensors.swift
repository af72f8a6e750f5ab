extension StandardScaler {
  /// The scaler as tensors `PREFIX.mean` and `PREFIX.scale`, each of one float64 a column.
  public func tensors(prefix: String = "scaler") -> [StoredTensor] {
    [
      StoredTensor(name: "\(prefix).mean", shape: [columns], values: .float64(mean)),
      StoredTensor(name: "\(prefix).scale", shape: [columns], values: .float64(scale)),
    ]
  }

  /// Reads what `tensors(prefix:)` gives, among other tensors.
  /// - Parameter columns: how many it must have; nil is any number.
  public init(
    tensors: [StoredTensor], prefix: String = "scaler", columns: Int? = nil
  ) throws(BundleError) {
    let mean = try tensors.float64("\(prefix).mean", shape: [columns])
    let scale = try tensors.float64("\(prefix).scale", shape: [mean.count])
    guard scale.allSatisfy({ $0 > 0 }) else {
      throw BundleError.unusableTensor(name: "\(prefix).scale", reason: "a scale is not above 0")
    }
    self.init(mean: mean, scale: scale)
  }
}
