/// The numbers of a tensor, in row-major order, in the precision in which they are stored.
///
/// Equal means the same bits: two NaN of one payload are equal, 0 and -0 are not.
public enum TensorValues: Sendable, Equatable {
  case float32([Float])
  case float64([Double])

  public var count: Int {
    switch self {
    case .float32(let values): return values.count
    case .float64(let values): return values.count
    }
  }

  public static func == (a: TensorValues, b: TensorValues) -> Bool {
    switch (a, b) {
    case (.float32(let x), .float32(let y)):
      return x.lazy.map(\.bitPattern).elementsEqual(y.lazy.map(\.bitPattern))
    case (.float64(let x), .float64(let y)):
      return x.lazy.map(\.bitPattern).elementsEqual(y.lazy.map(\.bitPattern))
    default:
      return false
    }
  }
}

/// A tensor as a bundle keeps it: `hmm.means`, 3 x 2, float64.
public struct StoredTensor: Sendable, Equatable {
  public let name: String
  /// Extent of each axis, outermost first; empty for a single number.
  public let shape: [Int]
  public let values: TensorValues

  /// - Precondition: the values fill the shape.
  public init(name: String, shape: [Int], values: TensorValues) {
    precondition(shape.allSatisfy { $0 >= 0 }, "an extent is 0 or more")
    precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill \(shape)")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
