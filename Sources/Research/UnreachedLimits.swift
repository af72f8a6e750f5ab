import Allocation
import SignalGraph

extension Sequence<PortfolioDecision> {
  /// What to warn of where decisions could not keep a limit: how many, and the first with its reason.
  var unreachedLimits: [String] {
    let decisions = compactMap { decision in
      decision.allocation.map { (now: decision.now, unreached: $0.unreached) }
    }
    let missed = decisions.filter { !$0.unreached.isEmpty }
    guard let first = missed.first else { return [] }
    return [
      "a limit was not kept at \(missed.count) of \(decisions.count) decisions; first at "
        + "\(first.now): \(first.unreached[0])"
    ]
  }
}
