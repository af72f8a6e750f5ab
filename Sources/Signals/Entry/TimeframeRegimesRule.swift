import Market

/// Asks the regimes of several timeframes: each must allow the side to be entered. A timeframe that is
/// silent allows none.
struct TimeframeRegimesRule: EntryRule {
  /// By timeframe, the sides that each of its states allows.
  var sides: [Timeframe: [EntrySides]]

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    let isAllowed = sides.allSatisfy { timeframe, sides in
      guard let label = candidate.signal(of: timeframe)?.label, sides.indices.contains(label)
      else { return false }
      return sides[label].allows(long: candidate.isLong)
    }
    return isAllowed ? nil : .otherRegime
  }
}
