/// Asks that the fast average of closes stands on the side to be entered: above the slow one for a
/// long position, below it for a short one.
struct AverageTrendRule: EntryRule {
  var averages: AveragePair

  var readings: [Reading] { averages.readings }

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    guard let distance = averages.distance(candidate.readings) else { return .againstAverages }
    return (candidate.isLong ? distance > 0 : distance < 0) ? nil : .againstAverages
  }
}
