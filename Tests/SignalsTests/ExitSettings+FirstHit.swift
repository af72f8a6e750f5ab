import Signals

extension ExitSettings {
  /// What closes a position at its first close; nil where nothing does.
  func firstHit(_ position: OpenPosition) -> ExitReason? {
    var check = ExitCheck(rules)
    return check.hit(position)?.reason
  }
}
