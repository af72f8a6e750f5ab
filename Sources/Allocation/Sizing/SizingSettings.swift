/// How large a position is by itself: group `sizing` of the portfolio file.
///
/// `base`, `minimum` and `maximum` are fractions of equity and serve the method `conviction` alone;
/// `weight` serves every method and the prior.
public struct SizingSettings: Sendable, Equatable {
  /// Size at a conviction of .618, where `s (1 + s)` is 1; a full conviction asks for twice as much.
  public var base = 0.1
  public var minimum = 0.05
  public var maximum = 0.2
  /// What the symbol counts for beside the others; only proportions matter.
  public var weight = 1.0

  public init() {}

  /// The size of a position, `clip(m b s (1 + s), minimum, maximum)` with `s = |conviction|`.
  ///
  /// The factor `s (1 + s)` grows strictly from 0 to 2. The system whose sizes these are computed it
  /// from a strength that had reached 1 at the threshold of entry, so that it always asked for `2 b`.
  /// - Parameter multiplier: m, of the regime and of the symbol's own weight.
  public func size(conviction: Double, multiplier: Double) -> Double {
    let strength = abs(conviction)
    return min(maximum, max(minimum, multiplier * base * strength * (1 + strength)))
  }

  /// Throws `AllocationError.invalidSetting` for the first value that makes no sense.
  public func validate() throws(AllocationError) {
    func require(_ holds: Bool, _ name: String, _ value: Double, _ rule: String)
      throws(AllocationError)
    {
      guard holds else { throw .invalidSetting(name: name, value: value, rule: rule) }
    }
    try require(base > 0 && base.isFinite, "sizing.base", base, "above 0")
    try require(
      minimum >= 0 && minimum <= maximum, "sizing.min", minimum, "from 0 to sizing.max")
    try require(maximum > 0 && maximum.isFinite, "sizing.max", maximum, "above 0")
    try require(weight > 0 && weight.isFinite, "sizing.weight", weight, "above 0")
  }
}

extension SizingSettings {
  /// What each of several symbols counts for beside the others, 1 on average.
  public static func shares(_ settings: [SizingSettings]) -> [Double] {
    var sum = 0.0
    for own in settings { sum += own.weight }
    return settings.map { $0.weight * Double(settings.count) / sum }
  }
}

/// Weights times shares, with the sum of the weights; unchanged bit by bit where all shares are equal.
func weights(_ weights: [Double], scaledBy shares: [Double]) -> [Double] {
  guard let first = shares.first, shares.contains(where: { $0 != first }) else { return weights }
  var (before, after) = (0.0, 0.0)
  for (weight, share) in zip(weights, shares) {
    before += weight
    after += weight * share
  }
  return zip(weights, shares).map { $0 * $1 * before / after }
}
