public import Allocation
import Engine
public import Market
import Research
import SignalGraph
import Trading

/// Promise 5: after every rebalance each limit is re-checked on what is traded to.
public enum LimitRecheck {
  /// The targets of every decision: by the allocator's own re-check and by plain sums.
  public static func decisions(_ subject: Subject) -> Proof {
    var proof = Proof(
      .limitsHold, "targets of every decision", subject: subject.name, compared: "limits")
    check(
      subject.outcome.decisions.compactMap { decision in
        decision.allocation.map { (decision.now, $0) }
      }, subject.portfolio.limits, &proof)
    return proof
  }

  /// Re-checks the limits on every target.
  public static func check(
    _ decisions: [(now: Timestamp, allocation: AllocationDecision)], _ limits: LimitSettings,
    _ proof: inout Proof
  ) {
    for (now, allocation) in decisions {
      let found = limits.violations(of: allocation.weights)
      proof.expect(found.isEmpty, "\(now): \(found.map(\.description).joined(separator: "; "))")
      var gross = 0.0
      for line in allocation.lines {
        gross += abs(line.target)
        if let cap = limits.cap(on: line.symbol) {
          proof.expect(
            abs(line.target) <= cap * (1 + 1e-9),
            "\(now): \(line.symbol) is held at \(line.target), its limit is \(cap)")
        }
        proof.expect(
          line.target == line.limited || line.target == line.held || !line.reasons.isEmpty,
          "\(now): the target of \(line.symbol) has no reason")
      }
      proof.expect(
        gross <= limits.gross * (1 + 1e-9),
        "\(now): gross exposure is \(gross), its limit is \(limits.gross)")
    }
  }

  /// The orders of every decision lead to the re-checked weights and to no others.
  public static func orders(_ subject: Subject) async -> Proof {
    var proof = Proof(
      .limitsHold, "orders of every decision lead to its targets", subject: subject.name,
      compared: "weights after the orders")
    do {
      let replay = try await Replay(subject)
      proof.expect(
        replay.run.hash == subject.outcome.run.hash, "the run decided again gives another run hash")
      var ordered: [Timestamp: [Order]] = [:]
      for order in subject.outcome.run.orders {
        ordered[order.decidedAt, default: []].append(order)
      }
      for (moment, targets) in replay.entries {
        guard let targets else { continue }
        let book = moment.book
        let own = ordered[moment.now] ?? []
        for symbol in book.symbols.indices {
          guard let target = targets.weights[symbol], let mark = book.marks[symbol] else {
            continue
          }
          let traded = own.first { $0.symbol == book.symbols[symbol] }?.quantity ?? 0
          let weight = (book.quantities[symbol] + traded) * mark / book.equity
          proof.expect(
            abs(weight - target) <= 1e-9,
            "\(moment.now): orders lead to \(weight) of \(book.symbols[symbol]), not to \(target)")
        }
      }
    } catch {
      proof.fail("the run ended with an error: \(error)")
    }
    return proof
  }

  /// The run under limits half as wide as what it used: they must bind, say so, and hold.
  public static func pressed(_ subject: Subject) async -> Proof {
    var proof = Proof(
      .limitsHold, "limits half as wide as what was held", subject: subject.name,
      compared: "limits")
    let lines = subject.outcome.decisions.compactMap(\.allocation)
    let largest = lines.flatMap(\.lines).reduce(0) { max($0, abs($1.target)) }
    let gross = lines.reduce(0) { max($0, $1.gross) }
    guard largest > 0 else {
      proof.fail("proved nothing: the run holds nothing")
      return proof
    }
    var settings = subject.portfolio
    settings.limits.gross = min(settings.limits.gross, gross / 2)
    settings.limits.perSymbol = min(settings.limits.perSymbol ?? .infinity, largest / 2)
    do {
      let replay = try await Replay(subject, under: settings)
      let decisions = replay.decisions.compactMap { decision in
        decision.allocation.map { (now: decision.now, allocation: $0) }
      }
      check(decisions, settings.limits, &proof)
      let bound = decisions.filter { !$0.allocation.limitsThatBound.isEmpty }
      if bound.isEmpty { proof.fail("proved nothing: no limit ever bound") }
      proof.notes.append("limits bound at \(bound.count) of \(decisions.count) decisions")
    } catch {
      proof.fail("the run under narrow limits ended with an error: \(error)")
    }
    return proof
  }
}
