import Engine
import Market
import Models
import Proofs
import Research
import SignalGraph
import Testing

/// A track record that grows: with windows of a fixed length, planning and training again on less history
/// gives the same past, to the last bit.
@Suite struct GrowingHistoryTests {
  /// Windows from days 105, 145 and 185 on; the last close, day 225, begins one more.
  private static var portfolio: Portfolio {
    var portfolio = Portfolio.hasty()
    portfolio.split.start = GeneratedMarket.time(day: 105)
    portfolio.split.every = 40 * Timestamp.millisecondsPerDay
    return portfolio
  }

  private static let base = Task {
    try await StoredTrial(training: portfolio, on: Laboratory.market)
  }

  @Test func `the close that fills the last window is judged by the next one`() async throws {
    let base = try await Self.base.value.trial
    let outer = base.plan.folds.outer
    #expect(outer.map(\.testFrom) == [105, 145, 185, 225].map { GeneratedMarket.time(day: $0) })
    #expect(outer[3].testTo == outer[3].testFrom)
    #expect(base.outcome.run.knownAt.last == outer[3].testTo)
    #expect(base.models.nodes(of: outer[3]).count == base.keys.count)
  }

  @Test(arguments: [
    NoLookAheadTests.Moment.insideHour, .foldBorder, .trainingEnd, .lateBars, .duringHalt,
    .lastDay,
  ])
  func `everything planned and trained on the bars up to then is what it is with later ones`(
    moment: NoLookAheadTests.Moment
  ) async throws {
    let stored = try await Self.base.value
    let base = stored.trial
    let now = moment.time(base.plan.folds)
    let market = Laboratory.market.truncated(at: now)
    // Models are named by what they are made from: those that are there already are read, so that only the
    // serving ones are trained. Once all are.
    let folder = moment == .lastDay ? TemporaryStore() : try stored.folder()
    let then = try await Trial(training: base.portfolio, on: market, in: folder)
    #expect(then.plan.folds.outer.count == base.plan.folds.outer.count { $0.testFrom <= now })
    // The bar that opens at `now` is not there yet, so neither is a fill at its open.
    let opened = now - GeneratedMarket.hour
    let trace = Trace(then.outcome).known(at: now, openedBy: opened)
    #expect(
      Trace(base.outcome).known(at: now, openedBy: opened).firstDifference(from: trace) == nil)
    #expect(!then.outcome.run.fills.isEmpty)
    // Full or not, a window has the models that it will have had: only the serving ones are others.
    let pairs =
      zip(then.plan.folds.inner, base.plan.folds.inner).map { ($0, $1) }
      + zip(then.plan.folds.outer, base.plan.folds.outer).map { ($0, $1) }
    func ids(_ trial: Trial, _ fold: Fold) -> [String] {
      trial.models.nodes(of: fold).map(\.bundle.id)
    }
    for (mine, theirs) in pairs { #expect(ids(then, mine) == ids(base, theirs)) }
    let (mine, theirs) = (then.plan.folds.serving, base.plan.folds.serving)
    #expect(Set(ids(then, mine)).isDisjoint(with: ids(base, theirs)))
  }

  @Test func `a number of windows has other models in its past once there are more bars`()
    async throws
  {
    var portfolio = Self.portfolio
    portfolio.split.every = nil
    let now = GeneratedMarket.time(day: 224)
    func ids(_ market: GeneratedMarket) async throws -> Set<String> {
      let history = try market.history(portfolio)
      let tables = try await NodeTables(portfolio, history: history, workers: 2)
      let plan = try TrainingPlan(portfolio, history: history, tables: tables)
      return Set(plan.jobs.filter { $0.fold == plan.folds.outer[1] }.map(\.id))
    }
    let (mine, theirs) = (
      try await ids(Laboratory.market), try await ids(Laboratory.market.truncated(at: now))
    )
    #expect(mine.count == 3 && mine.isDisjoint(with: theirs))
  }
}
