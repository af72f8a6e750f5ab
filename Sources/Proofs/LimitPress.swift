import Allocation
import Engine
import Kernels
import Market
import Research
import SignalGraph
import Trading

/// Promise 5 where it is hard: each kind of limit made so narrow that it must bind: half as wide as
/// what a run used. It must say so, and hold.
public enum LimitPress: String, CaseIterable, Sendable {
  case gross = "gross exposure"
  case perSymbol = "one symbol"
  case net = "net exposure"
  case positions = "number of positions"
  case turnover
  case groups
  case clusters
  case pairs
  case leverage
  case labels = "labels of symbols"
  case effectiveBets = "effective bets"
  case averageCorrelation = "average correlation"
  case volatility
  case liquidity
  case lots
  case minimumNotional = "smallest order"
  case throttle = "drawdown throttle"

  /// Runs the decisions again under each kind of limit.
  public static func proofs(_ subject: Subject) async -> [Proof] {
    var proofs: [Proof] = []
    for press in allCases {
      if let proof = await press.proof(subject) { proofs.append(proof) }
    }
    return proofs
  }

  /// Runs the decisions again under a limit half as wide; nil where the kind has no meaning for what
  /// the run held: one position cannot be halved, one symbol forms no cluster.
  func proof(_ subject: Subject) async -> Proof? {
    var proof = Proof(
      .limitsHold, "limited by force: \(rawValue)", subject: subject.name, compared: "limits")
    let allocations = subject.outcome.decisions.compactMap(\.allocation)
    guard allocations.contains(where: { $0.gross > 0 }) else {
      proof.fail("proved nothing: the run holds nothing")
      return proof
    }
    do {
      var settings = subject.portfolio
      guard let limits = try narrowed(settings.limits, allocations, subject) else { return nil }
      settings.limits = limits
      let replay = try await Replay(subject, under: settings)
      LimitRecheck.check(replay.decisions, on: replay.run, subject, limits, &proof)
      let decided = replay.decisions.compactMap(\.allocation)
      let bound = decided.count(where: hasBound)
      if bound == 0 { proof.fail("proved nothing: the limit never bound") }
      proof.notes.append("it bound at \(bound) of \(decided.count) decisions")
    } catch {
      proof.fail("the run under the limit ended with an error: \(error)")
    }
    return proof
  }

  private func hasBound(_ allocation: AllocationDecision) -> Bool {
    switch self {
    case .throttle: allocation.throttle < 1
    case .lots, .minimumNotional:
      allocation.lines.flatMap(\.reasons).contains { reason in
        switch (self, reason) {
        case (.lots, .lot), (.minimumNotional, .minimumNotional): true
        default: false
        }
      }
    default: allocation.limitsThatBound.contains(where: isThis)
    }
  }

  private func isThis(_ limit: BoundLimit) -> Bool {
    switch (self, limit) {
    case (.gross, .gross), (.gross, .exposure), (.perSymbol, .perSymbol),
      (.positions, .positions), (.turnover, .turnover), (.net, .sum(.net, _, _, _)),
      (.groups, .sum(.group, _, _, _)), (.clusters, .sum(.cluster, _, _, _)), (.pairs, .pair),
      (.labels, .sum(.group, _, _, _)), (.leverage, .sum(.leverage, _, _, _)),
      (.effectiveBets, .diversification(.effectiveBets, _, _, _)),
      (.averageCorrelation, .diversification(.averageCorrelation, _, _, _)),
      (.volatility, .volatility), (.liquidity, .liquidity):
      true
    default: false
    }
  }
}
