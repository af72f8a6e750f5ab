import Allocation
import Market
import SignalGraph
import Signals

extension AllocationRun {
  /// Close of the last bar that any of the models has seen.
  var trainedTo: Timestamp? { serving.nodes.values.map(\.trainedTo).max() }

  /// What a reader of the decision has to know beside it, in words.
  func ownNotes(_ now: Timestamp) -> [String] {
    var notes: [String] = []
    if let trainedTo, trainedTo > now {
      notes.append("in sample: the serving models have seen bars up to \(trainedTo)")
    }
    let poor = serving.nodes.filter(\.value.isRegimeDegenerate).keys.sorted()
    if !poor.isEmpty {
      notes.append(
        "regimes that say next to nothing, their states explain the training window hardly better"
          + " than one Gaussian does: \(poor.map(\.description).joined(separator: ", "))")
    }
    notes += closedMarkets(now)
    notes += rulesNotApplied
    if DrawdownThrottle(portfolio.limits.throttle) != nil {
      notes.append(
        "the drawdown throttle is not applied: holdings do not tell what equity was before")
    }
    return notes
  }

  /// What is held and cannot be traded, since there is no price to trade at, and what that leaves of the
  /// others.
  func stalePositions(_ allocation: AllocationDecision) -> [String] {
    let positions = allocation.lines.filter(\.isStuck).map { line in
      let bars = history.series(NodeKey(line.symbol, portfolio.primary))
      let position = StalePosition(
        symbol: line.symbol, since: bars.knownAt(bars.count - 1), weight: line.held)
      return "\(position); it is left as it is, for nobody quotes it"
    }
    guard let risk = allocation.stuckRisk, risk.isNoticeable else { return positions }
    return positions + [risk.description]
  }

  /// The symbols whose market is closed now, by calendar: their orders wait.
  private func closedMarkets(_ now: Timestamp) -> [String] {
    history.symbols.compactMap { symbol in
      let series = history.series(NodeKey(symbol, portfolio.primary))
      guard let last = series.times.last, series.knownAt(series.count - 1) < now,
        series.calendar.missedSlots(since: last, at: now, portfolio.primary) == 0
      else { return nil }
      return "\(symbol): its market has been closed since \(series.knownAt(series.count - 1)); an "
        + "order waits for its next bar"
    }
  }

  /// What rules would know of a position that they have opened themselves.
  private var rulesNotApplied: [String] {
    guard history.symbols.contains(where: { !portfolio.exit(for: $0).isOff }) else { return [] }
    let unknown = "holdings do not tell when, at what price and in which regime they were bought"
    switch portfolio.allocation.mode {
    case .priorTilt:
      return ["exit rules are not applied: \(unknown)"]
    case .inOut:
      return [
        "rules start anew: \(unknown), so that no stop, target or other exit is applied, and what today's"
          + " signal would not open is sold, though a backtest would hold it until an exit fires"
      ]
    }
  }
}
