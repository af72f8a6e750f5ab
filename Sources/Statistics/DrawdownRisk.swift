/// The distance of equity from its peak over all steps, as a risk. Figures are below 0.
public struct DrawdownRisk: Sendable, Equatable {
  /// Mean distance from the peak.
  public let average: Double
  /// Conditional drawdown at risk: the mean of the worst 5 % of the distances, the last one of them in
  /// part where 5 % of the steps is no whole number (Chekhlov, Uryasev and Zabarankin 2005).
  public let conditional95: Double

  /// Nil without a step.
  ///
  /// - Parameter equity: the first value before the first step.
  /// - Precondition: the first value is above 0.
  public init?(equity: [Double]) {
    guard equity.count > 1, let first = equity.first else { return nil }
    precondition(first > 0)
    var peak = first
    var distances: [Double] = []
    for value in equity.dropFirst() {
      peak = max(peak, value)
      distances.append(value / peak - 1)
    }
    average = distances.reduce(0, +) / Double(distances.count)
    distances.sort()
    let wanted = 0.05 * Double(distances.count)
    var (left, sum) = (wanted, 0.0)
    for distance in distances {
      let part = min(1, left)
      guard part > 0 else { break }
      sum += part * distance
      left -= part
    }
    conditional95 = sum / wanted
  }
}
