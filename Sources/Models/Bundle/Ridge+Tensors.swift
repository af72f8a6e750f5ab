extension Ridge {
  /// The regression as tensors `PREFIX.intercept`, `PREFIX.penalty` (one number each) and
  /// `PREFIX.weights` (one a column), float64.
  public func tensors(prefix: String) -> [StoredTensor] {
    [
      StoredTensor(name: "\(prefix).intercept", shape: [], values: .float64([intercept])),
      StoredTensor(name: "\(prefix).penalty", shape: [], values: .float64([penalty])),
      StoredTensor(name: "\(prefix).weights", shape: [weights.count], values: .float64(weights)),
    ]
  }

  /// The tensors of a node's forecast: `ridge.*`.
  public var tensors: [StoredTensor] { tensors(prefix: "ridge") }

  /// Reads what `tensors(prefix:)` gives, among other tensors.
  /// - Parameter columns: how many it must have; nil is any number.
  public init(
    tensors: [StoredTensor], prefix: String = "ridge", columns: Int? = nil
  ) throws(BundleError) {
    self.init(
      intercept: try tensors.float64("\(prefix).intercept", shape: [])[0],
      weights: try tensors.float64("\(prefix).weights", shape: [columns]),
      penalty: try tensors.float64("\(prefix).penalty", shape: [])[0])
  }
}
