public import Market

/// The address of a node: one symbol on one timeframe.
public struct NodeKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var symbol: Symbol
  public var timeframe: Timeframe

  public init(_ symbol: Symbol, _ timeframe: Timeframe) {
    self.symbol = symbol
    self.timeframe = timeframe
  }

  public static func < (a: NodeKey, b: NodeKey) -> Bool {
    (a.symbol, a.timeframe) < (b.symbol, b.timeframe)
  }

  public var description: String { "\(symbol) \(timeframe)" }
}
