import Engine
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing

extension Trial {
  /// Corrupts what comes after the middle of each test window, an hour before midnight.
  func expectCausal(orders least: Int = 50) async throws {
    #expect(outcome.run.orders.count > least)
    #expect(outcome.run.equity.allSatisfy { $0.isFinite && $0 > 0 })
    for fold in plan.folds.outer {
      let middle = fold.testFrom + (fold.testTo - fold.testFrom) / 2
      // The last hour of a day, in which a slow bar that is seen too early would be seen.
      let now = Timeframe.d1.slot(containing: middle) + 23 * GeneratedMarket.hour
      let other = try await Trial(
        portfolio, on: Laboratory.market.corrupted(after: now), plan: plan, models: models)
      #expect(
        Trace(outcome).known(at: now).firstDifference(from: Trace(other.outcome).known(at: now))
          == nil)
    }
  }

  /// Feeds every node bar by bar.
  func expectBatchEqualsStream() async throws {
    for key in keys {
      var stream = node(key)
      var said: [NodeSignal] = []
      for bar in history.series(key) { said += stream.advance([bar]) }
      let heard = try #require(outcome.nodes.first { $0.key == key }).signals
      #expect(Trace(key, heard).firstDifference(from: Trace(key, said)) == nil)
      #expect(heard == said)
    }
  }
}
