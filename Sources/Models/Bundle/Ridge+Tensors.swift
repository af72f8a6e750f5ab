extension Ridge {
  /// The regression as tensors `ridge.intercept`, `ridge.penalty` (one number each) and
  /// `ridge.weights` (one a column), float64.
  public var tensors: [StoredTensor] {
    [
      StoredTensor(name: "ridge.intercept", shape: [], values: .float64([intercept])),
      StoredTensor(name: "ridge.penalty", shape: [], values: .float64([penalty])),
      StoredTensor(name: "ridge.weights", shape: [weights.count], values: .float64(weights)),
    ]
  }

  /// Reads what `tensors` gives, among other tensors.
  public init(tensors: [StoredTensor]) throws(BundleError) {
    self.init(
      intercept: try tensors.float64("ridge.intercept", shape: [])[0],
      weights: try tensors.float64("ridge.weights", shape: [nil]),
      penalty: try tensors.float64("ridge.penalty", shape: [])[0])
  }
}
