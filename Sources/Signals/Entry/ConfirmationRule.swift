/// Asks for a share of the timeframes' weight on the side to be entered.
struct ConfirmationRule: EntryRule {
  var share: Double

  func refusal(of candidate: EntryCandidate) -> EntryRefusal? {
    candidate.agreeing >= share - Combiner.hair ? nil : .notConfirmed
  }
}
