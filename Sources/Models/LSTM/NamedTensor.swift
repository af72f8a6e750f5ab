/// A float32 tensor under its name in a PyTorch state dictionary, row-major.
public struct NamedTensor: Sendable, Hashable {
  public let name: String
  public let shape: [Int]
  public let values: [Float]

  /// Creates a tensor whose values must be as many as the product of its shape.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "\(name): values do not fill the shape")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
