import Engine
import Market
import Models
import Proofs
import Research
import Testing

@Suite struct RetrainingWindowTests {
  @Test func `a first test window in which no weight can be decided proves nothing`() async throws {
    var portfolio = SmallMarket.portfolio
    portfolio.symbols = ["BTC"]
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.regime.states = 1
    portfolio.regime.size = [1]
    portfolio.variance.method = .ewma
    let folders = ModelFolders()
    let window = try await RetrainingWindow(
      portfolio, history: try SmallMarket.history(portfolio, days: 26),
      store: folders.store("window"), workers: 2)
    // A weight needs the closes of 21 days; of 26 days, 10 come before the first test window, and 8 are it.
    let subject = window.subject
    #expect(subject.outcome.run.knownAt[0] >= SmallMarket.time(day: 21))
    #expect(subject.plan.folds.outer[0].testTo < SmallMarket.time(day: 21))
    let proofs = await NoLookAhead.retrainings(window, store: folders.store)
    #expect(
      proofs.map(\.findings) == [
        ["proved nothing: no weight can be decided in the first test window"]
      ])
  }
}
