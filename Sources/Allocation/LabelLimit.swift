public import Market

/// A limit for every value of a label: each sector, asset class or venue.
public struct LabelLimit: Sendable, Equatable {
  /// What the label says of some symbols.
  public struct Value: Sendable, Equatable {
    public var name: String
    /// Sorted.
    public var symbols: [Symbol]
    /// Its own limit, in place of the label's.
    public var max: Double?

    public init(name: String, symbols: [Symbol], max: Double? = nil) {
      self.name = name
      self.symbols = symbols.sorted()
      self.max = max
    }
  }

  public var name: String
  /// The most that the absolute weights of the symbols of one value may add up to; nil limits the
  /// values that have a limit of their own.
  public var max: Double?
  public var values: [Value]

  public init(name: String, max: Double?, values: [Value]) {
    self.name = name
    self.max = max
    self.values = values.sorted { $0.name < $1.name }
  }

  /// The limits as groups: `sector energy`.
  var groups: [GroupLimit] {
    values.compactMap { value in
      (value.max ?? max).map {
        GroupLimit(name: "\(name) \(value.name)", symbols: value.symbols, max: $0)
      }
    }
  }
}
