import Allocation
import Engine
import Kernels
import Market
import Research
import SignalGraph

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

  /// The limits with this one set to half of the most that decisions came to.
  private func narrowed(
    _ limits: LimitSettings, _ allocations: [AllocationDecision], _ subject: Subject
  ) throws -> LimitSettings? {
    var copy = limits
    func most(_ value: (AllocationDecision) -> Double) -> Double {
      allocations.reduce(0) { max($0, value($1)) }
    }
    func held(_ allocation: AllocationDecision, _ counts: (AllocationLine) -> Bool) -> Double {
      allocation.lines.reduce(0) { counts($1) ? $0 + abs($1.target) : $0 }
    }
    let largest = most { $0.lines.reduce(0) { max($0, abs($1.target)) } }
    switch self {
    case .gross: copy.gross = most(\.gross) / 2
    case .perSymbol: (copy.perSymbol, copy.perSymbolOverrides) = (largest / 2, [:])
    case .net: copy.net = most { abs($0.net) } / 2
    case .positions:
      let count = most { Double($0.lines.count { $0.target != 0 }) }
      guard count > 1 else { return nil }
      copy.positions = Int(count) / 2
    case .turnover:
      copy.turnover = most { $0.lines.reduce(0) { $0 + abs($1.target - $1.held) } } / 2
    case .groups:
      let symbols = subject.history.symbols
      let parts = [0, 1].map { part in symbols.indices.filter { $0 % 2 == part } }
      copy.groups = parts.enumerated().compactMap { index, members in
        let names = members.map { symbols[$0] }
        let sum = most { held($0) { names.contains($0.symbol) } }
        return sum > 0 ? GroupLimit(name: "part \(index)", symbols: names, max: sum / 2) : nil
      }
    case .clusters:
      guard let rho = try correlation(subject) else { return nil }
      copy.cluster = ClusterLimit(rho: rho, max: largest / 2, from: 2)
    case .throttle:
      let deepest = deepestDrawdown(subject.outcome.run.equity)
      guard deepest > 0 else { return nil }
      // A quarter, for the throttle makes the drawdowns smaller that it is to see.
      copy.throttle = ThrottleSettings(reduce: deepest / 8, halt: deepest / 4)
    }
    return copy
  }

  private func deepestDrawdown(_ equity: [Double]) -> Double {
    var (high, deepest) = (0.0, 0.0)
    for value in equity {
      high = max(high, value)
      deepest = max(deepest, 1 - value / high)
    }
    return deepest
  }

  /// Half of the highest correlation in the middle of the run: that pair is a cluster.
  private func correlation(_ subject: Subject) throws -> Double? {
    let decisions = subject.outcome.decisions
    var risk = try subject.riskHistory()
    let estimate = try risk.estimate(
      at: decisions[decisions.count / 2].now,
      minimumObservations: subject.portfolio.allocation.minimumObservations)
    var highest = 0.0
    for row in estimate.symbols.indices {
      for column in 0..<row { highest = max(highest, estimate.correlation[row, column]) }
    }
    return highest > 0 ? highest / 2 : nil
  }

  private func hasBound(_ allocation: AllocationDecision) -> Bool {
    self == .throttle
      ? allocation.throttle < 1 : allocation.limitsThatBound.contains(where: isThis)
  }

  private func isThis(_ limit: BoundLimit) -> Bool {
    switch (self, limit) {
    case (.gross, .gross), (.gross, .exposure), (.perSymbol, .perSymbol),
      (.positions, .positions), (.turnover, .turnover), (.net, .sum(.net, _, _, _)),
      (.groups, .sum(.group, _, _, _)), (.clusters, .sum(.cluster, _, _, _)):
      true
    default: false
    }
  }
}
