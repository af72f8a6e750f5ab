import Allocation
import Engine
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// The exits by levels in a whole run: each fires, and where the raw bars say so.
@Suite struct LevelExitRunTests {
  /// The nearest level of the bar before `bar`, among the last 50 turning points that it knew, written out
  /// for two bars on either side.
  private func level(_ series: BarSeries, before bar: Int, isSupport: Bool) -> Double? {
    let (last, sign): (Int, Double) = (bar - 1, isSupport ? 1 : -1)
    let values = isSupport ? series.lows : series.highs
    var points: [Double] = []
    for middle in 2..<max(2, last - 1) {
      let around = [middle - 2, middle - 1, middle + 1, middle + 2]
      if around.allSatisfy({ sign * values[$0] > sign * values[middle] }) {
        points.append(values[middle])
      }
    }
    let beyond = points.suffix(50).filter { sign * $0 < sign * series.closes[last] }
    return isSupport ? beyond.max() : beyond.min()
  }

  @Test func `each closes positions, where the level was broken or held`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.allocation.mode = .inOut
    portfolio.forecast.gate = .off
    portfolio.decisionEvery = portfolio.primary.milliseconds
    portfolio.entry.confidence = 0
    portfolio.entry.short = true
    portfolio.exit.breaks.breakdown = 0
    portfolio.exit.breaks.macdBreakdown = 0
    portfolio.exit.breaks.rejection = 0.03
    portfolio.exit.breaks.rejectionRSI = 50
    portfolio.exit.breaks.easePeriod = 3
    portfolio.exit.breaks.volumePeriod = 10
    let trial = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    var counts: [ExitReason: Int] = [:]
    for order in trial.outcome.run.orders {
      let reasons: [ExitReason] = [.breakdown, .macdBreakdown, .rejection]
      // What cash did not suffice to buy back is ordered again, for the reason of its own close.
      guard let reason = reasons.first(where: { order.reason.hasPrefix("exit: \($0.rawValue)") }),
        trial.outcome.run.isFirst(order)
      else { continue }
      counts[reason, default: 0] += 1
      let series = trial.history.series(NodeKey(order.symbol, portfolio.primary))
      let bar = series.countKnown(at: order.decidedAt) - 1
      let isLong = order.quantity < 0
      let sign: Double = isLong ? 1 : -1
      if reason == .rejection {
        #expect(sign * (series.closes[bar] - series.opens[bar]) < 0)
        // Levels that this bar confirms count, beyond its own close.
        let ahead = try #require(level(series, before: bar + 1, isSupport: !isLong))
        #expect(isLong ? series.highs[bar] >= ahead * 0.97 : series.lows[bar] <= ahead * 1.03)
      } else {
        // Without a distance every break is of the level that stood before the bar.
        let broken = try #require(level(series, before: bar, isSupport: isLong))
        #expect(sign * (series.closes[bar] - broken) < 0)
      }
    }
    for reason in [ExitReason.breakdown, .macdBreakdown, .rejection] {
      #expect(counts[reason, default: 0] > 0, "\(reason.rawValue)")
    }
    try await trial.expectCausal()
    try await trial.expectBatchEqualsStream()
  }
}

extension EngineRun {
  /// Whether the symbol's order before this one was for another reason: something was opened meanwhile.
  fileprivate func isFirst(_ order: Order) -> Bool {
    orders.last { $0.symbol == order.symbol && $0.decidedAt < order.decidedAt }?.reason
      != order.reason
  }
}
