import Market
import Models
import Proofs
import Research
import SignalGraph
import Testing

/// A model that something else has led through the past bars says what it would have said, had the
/// node led it through them.
@Suite struct ServedModelTests {
  /// A node of the second test window's model, and how it was led to its start.
  private struct Case {
    let base: Trial
    let key: NodeKey
    let every: Int

    /// What the node says, its model having gone through some of the bars before the window.
    func trace(passed: ServedModel?) throws -> Trace {
      let fold = base.plan.folds.outer[1]
      let model = try #require(base.models.bundle(key, fold: fold)).model
      let schedule = ModelSchedule([
        ModelSchedule.Entry(
          from: fold.testFrom, model: model,
          calibration: base.skill.calibration(key.timeframe, of: fold), served: passed)
      ])
      var portfolio = base.portfolio
      portfolio.inferenceEvery = every
      var node = PortfolioGraph(portfolio, history: base.history).node(key, schedule)
      return Trace(key, node.advance(base.history.series(key)))
    }

    func served(enter: Double? = nil, every: Int? = nil, bars: (Int) -> Int = { $0 }) throws
      -> ServedModel
    {
      let fold = base.plan.folds.outer[1]
      let model = try #require(base.models.bundle(key, fold: fold)).model
      var served = ServedModel(
        model, enter: enter ?? base.portfolio.regime.enter, every: every ?? self.every)
      let past = base.tables[key].rows.prefix { $0.knownAt < fold.testFrom }
      for row in base.tables[key].rows.prefix(bars(past.count)) { served.pass(row) }
      return served
    }
  }

  @Test(arguments: [1, 3])
  func `taken where it stands, or led there by the node: the same bits`(every: Int) async throws {
    let base = try await Laboratory.base.value
    for key in base.keys {
      let node = Case(base: base, key: key, every: every)
      let replayed = try node.trace(passed: nil)
      #expect(replayed.values > 0)
      let ready = try node.trace(passed: node.served())
      #expect(replayed.firstDifference(from: ready) == nil, "\(key)")
    }
  }

  @Test func `one that stands elsewhere, or was led by other settings, is led anew`() async throws {
    let base = try await Laboratory.base.value
    let node = Case(base: base, key: base.keys[0], every: 3)
    let replayed = try node.trace(passed: nil)
    for stranger in [
      try node.served { $0 - 1 }, try node.served { $0 + 1 }, try node.served { _ in 0 },
      try node.served(every: 2), try node.served(enter: 0.51),
    ] {
      #expect(replayed.firstDifference(from: try node.trace(passed: stranger)) == nil)
    }
  }
}
