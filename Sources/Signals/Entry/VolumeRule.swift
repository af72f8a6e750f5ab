/// Asks for volume: the primary bar's over the mean of its last 20.
struct VolumeRule: EntryRule {
  var ratio: Double

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    guard let now = candidate.primary?.volumeRatio, now >= ratio else { return .lowVolume }
    return nil
  }
}
