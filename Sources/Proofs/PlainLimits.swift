import Allocation
import Kernels
import Market

/// The limits written a second time, as plain sums over the targets of a decision.
struct PlainLimits {
  /// Sums of some dozens of weights: a relative error of some ulps, times a wide margin.
  private static let tolerance = 1e-9

  let limits: LimitSettings

  /// Whether a limit depends on how so many symbols correlate.
  func needsCorrelations(_ symbols: Int) -> Bool {
    limits.pair.hard != nil || limits.volatility != nil || !limits.diversification.isOff
      || (limits.cluster.max != nil && symbols >= limits.cluster.from)
  }

  /// Counts each limit of a decision, and notes those that it breaks without saying so.
  /// - Parameters:
  ///   - risk: the decision's estimate, where a limit needs it.
  ///   - market: what could be traded at, where a limit needs it.
  func check(
    _ allocation: AllocationDecision, _ risk: CovarianceEstimate?, _ market: PlainMarket?,
    at now: Timestamp, _ proof: inout Proof
  ) {
    let lines = allocation.lines
    var (gross, net, held, traded) = (0.0, 0.0, 0, 0.0)
    for line in lines {
      gross += abs(line.target)
      net += line.target
      held += line.target == 0 ? 0 : 1
      traded += abs(line.target - line.held)
      if let cap = limits.cap(on: line.symbol) {
        expect(
          abs(line.target), atMost: said(allocation, cap, .symbol(line.symbol)),
          "the weight of \(line.symbol)", now, &proof)
      }
      proof.expect(
        line.target == line.limited || line.target == line.held || !line.reasons.isEmpty,
        "\(now): the target of \(line.symbol) has no reason")
    }
    expect(
      gross, atMost: said(allocation, limits.gross, .gross), "gross exposure", now, &proof)
    if let limit = limits.net {
      expect(abs(net), atMost: said(allocation, limit, .net), "net exposure", now, &proof)
    }
    if let limit = limits.positions {
      expect(
        Double(held), atMost: said(allocation, Double(limit), .positions),
        "the number of positions", now, &proof)
    }
    if let limit = limits.turnover {
      // Exits, and what other limits require, are never delayed; the decision must say so.
      expect(traded, atMost: said(allocation, limit, .turnover), "what is traded", now, &proof)
    }
    for group in limits.groups {
      var sum = 0.0
      for line in lines where group.symbols.contains(line.symbol) { sum += abs(line.target) }
      expect(
        sum, atMost: said(allocation, group.max, .group(group.name)), "group \(group.name)", now,
        &proof)
    }
    checkLeverageAndLabels(allocation, now, &proof)
    checkTrades(allocation, market, now, &proof)
    guard let risk else { return }
    let measured = lines.compactMap { line in
      risk.index(of: line.symbol).map { Measured(line: line, row: $0) }
    }
    checkClusters(measured, allocation, risk, now, &proof)
    checkPairs(measured, allocation, risk, now, &proof)
    checkRisk(allocation, risk, market, now, &proof)
  }

  /// A line with its row in the correlations.
  private struct Measured {
    var line: AllocationLine
    var row: Int
  }

  private func checkClusters(
    _ measured: [Measured], _ allocation: AllocationDecision, _ risk: CovarianceEstimate,
    _ now: Timestamp, _ proof: inout Proof
  ) {
    guard let most = limits.cluster.max, allocation.lines.count >= limits.cluster.from else {
      return
    }
    let apart = measured.map { a in measured.map { b in -risk.correlation[a.row, b.row] } }
    let clusters = PlainLinkage.clusters(apart, by: .farthest, within: -limits.cluster.rho)
    for cluster in clusters where cluster.count > 1 {
      var sum = 0.0
      for member in cluster { sum += abs(measured[member].line.target) }
      let names = cluster.map { measured[$0].line.symbol }
      expect(
        sum, atMost: said(allocation, most, .cluster(names.sorted())),
        "the cluster \(names.map(\.name).joined(separator: ", "))", now, &proof)
    }
  }

  private func checkPairs(
    _ measured: [Measured], _ allocation: AllocationDecision, _ risk: CovarianceEstimate,
    _ now: Timestamp, _ proof: inout Proof
  ) {
    guard let hard = limits.pair.hard else { return }
    let held = measured.filter { $0.line.target != 0 }
    for (index, second) in held.enumerated() {
      for first in held[..<index] {
        let isSameSide = (first.line.target > 0) == (second.line.target > 0)
        let correlation = (isSameSide ? 1 : -1) * risk.correlation[first.row, second.row]
        let (one, other) = (first.line.symbol, second.line.symbol)
        let isSaid = allocation.unreached.contains { unreached in
          guard case .pair(let a, let b, _, _) = unreached.violation else { return false }
          return (a, b) == (one, other) || (a, b) == (other, one)
        }
        proof.expect(
          correlation < hard || isSaid,
          "\(now): \(first.line.symbol) and \(second.line.symbol) are both held and correlate at "
            + "\(correlation), the limit is \(hard)")
      }
    }
  }

  func expect(
    _ sum: Double, atMost limit: Double, _ what: String, _ now: Timestamp, _ proof: inout Proof
  ) {
    proof.expect(
      sum <= limit + PlainLimits.tolerance * max(1, limit),
      "\(now): \(what) is \(sum), its limit is \(limit)")
  }
}
