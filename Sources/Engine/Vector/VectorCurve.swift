/// What a vectorised run leaves behind. Orders and fills are counted, not kept.
public struct VectorCurve: Sendable, Equatable {
  /// At the close of each step.
  public internal(set) var equity: [Double]
  public internal(set) var cash: [Double]
  public internal(set) var orders = 0
  public internal(set) var fills = 0
  /// Commission paid.
  public internal(set) var fees = 0.0
  /// Slippage and half spreads paid.
  public internal(set) var concession = 0.0
  public internal(set) var interest = 0.0
  /// Units held at the end, in the table's symbol order.
  public internal(set) var quantities: [Double] = []

  init(steps: Int) {
    equity = Array(repeating: 0, count: steps)
    cash = Array(repeating: 0, count: steps)
  }
}
