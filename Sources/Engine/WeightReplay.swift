public import Market

/// Replays given target weights: no models, no limits, no rounding.
public struct WeightReplay: DecisionMaker {
  /// Weights by the close at which they are decided; no entry holds.
  private let weights: [Timestamp: [Double]]

  /// - Parameter weights: at each decision's close, one weight a symbol in the book's order.
  public init(_ weights: [Timestamp: [Double]]) {
    self.weights = weights
  }

  public func decide(_ moment: Moment) async -> Targets? {
    guard let row = weights[moment.now] else { return nil }
    return Targets(
      weights: row, reasons: Array(repeating: "given weights", count: row.count))
  }
}
