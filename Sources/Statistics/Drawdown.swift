/// A stretch in which equity stays below an earlier peak. Indexes are into the equity series.
public struct Drawdown: Sendable, Equatable {
  /// The last value at the peak.
  public let peak: Int
  /// The lowest value (the first of them).
  public let valley: Int
  /// The first value at or above the peak again; nil while it lasts.
  public let recovery: Int?
  /// `equity[valley] / equity[peak] − 1`: negative.
  public let depth: Double
  /// The values below the peak.
  public let length: Int

  /// Whether equity has not come back to the peak.
  public var isOngoing: Bool { recovery == nil }

  /// The drawdowns of an equity series, in order of time.
  ///
  /// The first value counts as a peak: a loss on the first bar is a drawdown.
  /// - Precondition: the first value is above 0.
  public static func all(equity: [Double]) -> [Drawdown] {
    guard let first = equity.first else { return [] }
    precondition(first > 0)
    var found: [Drawdown] = []
    var peak = 0
    var valley: Int?
    for index in 1..<max(1, equity.count) {
      if equity[index] >= equity[peak] {
        if let low = valley {
          found.append(make(equity, peak, low, recovery: index, end: index))
        }
        peak = index
        valley = nil
      } else if valley.map({ equity[index] < equity[$0] }) ?? true {
        valley = index
      }
    }
    if let low = valley {
      found.append(make(equity, peak, low, recovery: nil, end: equity.count))
    }
    return found
  }

  private static func make(
    _ equity: [Double], _ peak: Int, _ valley: Int, recovery: Int?, end: Int
  ) -> Drawdown {
    Drawdown(
      peak: peak, valley: valley, recovery: recovery, depth: equity[valley] / equity[peak] - 1,
      length: end - peak - 1)
  }
}
