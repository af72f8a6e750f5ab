public import Market

/// A limit on what some symbols may come to together, whatever their sides.
public struct GroupLimit: Sendable, Equatable {
  public var name: String
  /// Sorted.
  public var symbols: [Symbol]
  /// The most that their absolute weights may add up to.
  public var max: Double

  public init(name: String, symbols: [Symbol], max: Double) {
    self.name = name
    self.symbols = symbols.sorted()
    self.max = max
  }
}
