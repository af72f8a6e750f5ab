/// Asks for a share of the timeframes' weight on the side to be entered.
struct ConfirmationRule: EntryRule {
  var share: Double

  /// Sums of weights round: .6 of .6 + .3 + .1 must count as .6.
  private static let hair = 1e-12

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    candidate.agreeing >= share - ConfirmationRule.hair ? nil : .notConfirmed
  }
}
