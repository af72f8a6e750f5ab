/// What the smaller of two positions may be that gain and lose together. Off unless one is set.
public struct PairLimit: Sendable, Equatable {
  /// The correlation, seen from the positions' own sides, from which it is scaled down; nil is the
  /// hard limit alone.
  public var soft: Double?
  /// The correlation from which it is not held; nil scales it to nothing at 1.
  public var hard: Double?

  public init(soft: Double? = nil, hard: Double? = nil) {
    self.soft = soft
    self.hard = hard
  }

  public var isOff: Bool { soft == nil && hard == nil }

  /// The factor on the smaller position: `1 − (ρ − soft)/(hard − soft)`, within 0...1.
  public func scale(at correlation: Double) -> Double {
    let end = hard ?? 1
    if correlation >= end, !isOff { return 0 }
    guard let soft, correlation > soft else { return 1 }
    return 1 - (correlation - soft) / (end - soft)
  }
}
