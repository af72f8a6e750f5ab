import Allocation
import Market
import SignalGraph

extension Sequence<PortfolioDecision> {
  /// What to warn of where some positions could not be traded and the volatility target, which is that of
  /// all together, left less of the others: at how many decisions, and the one that left the least.
  var stuckRisks: [String] {
    var (decisions, squeezed) = (0, 0)
    var least: (now: Timestamp, risk: StuckRisk)?
    for decision in self {
      guard let allocation = decision.allocation else { continue }
      decisions += 1
      guard let risk = allocation.stuckRisk, risk.isNoticeable else { continue }
      squeezed += 1
      if risk.left < least?.risk.left ?? 1 { least = (decision.now, risk) }
    }
    guard let least else { return [] }
    return [
      "the volatility target left less for what could be traded at \(squeezed) of \(decisions) "
        + "decisions; the least at \(least.now): \(least.risk); capital.delist_after closes what "
        + "nobody quotes"
    ]
  }
}
