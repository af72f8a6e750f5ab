/// Holds less of what stands below its moving averages: `allocation.trend`, off by default.
///
/// A plain filter beside which a regime model has to prove itself. It was the only overlay that helped on
/// all four sets of prices it was tried on, and nowhere proven.
public struct TrendOverlay: Sendable, Equatable {
  /// Lengths of the averages, in bars of the covariance estimate (days by default); none is off.
  public var averages: [Int]
  /// The factor on a symbol below all of its averages, 0...1.
  public var floor: Double

  public init(averages: [Int] = [], floor: Double = 0.5) {
    self.averages = averages
    self.floor = floor
  }

  public var isOff: Bool { averages.isEmpty }

  /// The closes that the longest average needs.
  public var longest: Int { averages.max() ?? 0 }

  /// The factor on a symbol: from `floor` to 1 with the share of the averages that its last close is
  /// above. An average that has not begun is none; before the first begins the factor is 1.
  /// - Parameter closes: oldest first.
  public func factor(closes: [Double]) -> Double {
    guard let last = closes.last else { return 1 }
    var (known, below) = (0, 0)
    for length in averages where length <= closes.count {
      var sum = 0.0
      for close in closes.suffix(length) { sum += close }
      known += 1
      if last <= sum / Double(length) { below += 1 }
    }
    guard below > 0 else { return 1 }
    return 1 - (1 - floor) * Double(below) / Double(known)
  }

  /// Throws `AllocationError.invalidSetting` for the first value that makes no sense.
  public func validate() throws(AllocationError) {
    for length in averages where length < 2 {
      throw .invalidSetting(name: "trend", value: Double(length), rule: "at least 2 bars")
    }
    guard floor >= 0, floor <= 1 else {
      throw .invalidSetting(name: "trend floor", value: floor, rule: "in 0...1")
    }
  }
}
