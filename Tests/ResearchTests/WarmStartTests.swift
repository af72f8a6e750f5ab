import Foundation
import Market
import Models
import Research
import SignalGraph
import Testing

/// With `forecast.warm_start` a fold's networks start from those of the fold before.
@Suite struct WarmStartTests {
  private func portfolio(_ scope: ForecastSettings.Scope) -> Portfolio {
    var portfolio = Portfolio.hasty(symbols: ["BTC", "ETH"])
    portfolio.forecast.scope = scope
    portfolio.forecast.warmStart = true
    return portfolio
  }

  private func plan(_ portfolio: Portfolio, _ market: GeneratedMarket = Laboratory.market)
    async throws -> (plan: TrainingPlan, tables: NodeTables)
  {
    let history = try market.history(portfolio)
    let tables = try await NodeTables(portfolio, history: history, workers: 2)
    return (try TrainingPlan(portfolio, history: history, tables: tables), tables)
  }

  @Test(arguments: ForecastSettings.Scope.allCases)
  func `each fold's parent is the one before, of the same symbols and timeframe`(
    scope: ForecastSettings.Scope
  ) async throws {
    let plan = try await plan(portfolio(scope)).plan
    for timeframe in [Timeframe.h1, .h4] {
      for symbol in ["BTC", "ETH"] as [Symbol] {
        let line = plan.jobs.filter { job in
          job.timeframe == timeframe && job.requests.contains { $0.key.symbol == symbol }
        }.sorted { $0.window.to < $1.window.to }
        // Two inner folds, two test windows, the serving models.
        #expect(line.count == 5)
        #expect(line[0].parent == nil)
        for (before, job) in zip(line, line.dropFirst()) {
          let parent = try #require(job.parent)
          #expect(parent.fold == before.fold && parent.request == before.requests[0])
          #expect(job.requests.allSatisfy { $0.values["forecast.parent"] == parent.request.id })
          // What it learnt from ends before what it starts.
          #expect(before.window.to < job.window.to)
        }
      }
    }
    #expect(plan.jobs.filter { $0.timeframe == .d1 }.allSatisfy { $0.parent == nil })
  }

  @Test func `an older bar changes the ids of all that descend from it`() async throws {
    var portfolio = portfolio(.node)
    portfolio.symbols = ["BTC"]
    let base = try await plan(portfolio).plan
    let other = try await plan(
      portfolio,
      Laboratory.market.changing("BTC", barKnownAt: GeneratedMarket.time(day: 30))
    ).plan
    for (mine, theirs) in zip(base.jobs, other.jobs) {
      #expect(mine.requests[0].id != theirs.requests[0].id)
    }
  }

  @Test func `the same bits for any workers, other bits than from random weights`() async throws {
    let portfolio = portfolio(.timeframe)
    let (plan, tables) = try await plan(portfolio)
    var all: [[FoldModels.Bundle]] = []
    for workers in [1, 3] {
      let folder = TemporaryStore()
      let trainer = ModelTrainer(portfolio, store: folder.store)
      _ = try await trainer.train(plan, tables: tables, workers: workers) { _ in }
      all.append(try trainer.load(plan).all)
    }
    #expect(all[0].count == all[1].count && all[0].count > 10)
    for (mine, theirs) in zip(all[0], all[1]) {
      #expect(mine.id == theirs.id && mine.model.tensors == theirs.model.tensors)
    }
    var cold = portfolio
    cold.forecast.warmStart = false
    let (coldPlan, coldTables) = try await self.plan(cold)
    let folder = TemporaryStore()
    let trainer = ModelTrainer(cold, store: folder.store)
    _ = try await trainer.train(coldPlan, tables: coldTables, workers: 2) { _ in }
    let models = try trainer.load(coldPlan)
    var compared = 0
    for (mine, theirs) in zip(all[0], models.all) {
      guard let warm = mine.model.forecast, let fresh = theirs.model.forecast else { continue }
      // The first fold has no parent: it differs in its id alone.
      if mine.model.symbol == "BTC" { compared += 1 }
      let isFirst = models.nodes(of: models.folds[0]).contains { $0.bundle.id == theirs.id }
      #expect((warm.members == fresh.members) == isFirst)
    }
    #expect(compared > 4)
  }

  @Test func `a parent that is there is read, one that is missing is trained first`() async throws {
    let portfolio = portfolio(.timeframe)
    let (plan, tables) = try await plan(portfolio)
    let folder = TemporaryStore()
    let trainer = ModelTrainer(portfolio, store: folder.store)
    _ = try await trainer.train(plan, tables: tables, workers: 2) { _ in }
    let before = try trainer.load(plan).all
    // The middle of a line goes: its own bundles are made again, from its parent, to the same bits.
    let line = plan.jobs.filter { $0.timeframe == .h4 }.sorted { $0.window.to < $1.window.to }
    for request in line[2].requests + line[3].requests {
      try FileManager.default.removeItem(
        at: folder.store.folder(request.key.symbol, request.key.timeframe, id: request.id))
    }
    #expect(try await trainer.train(plan, tables: tables, workers: 2) { _ in } == 4)
    for (mine, theirs) in zip(try trainer.load(plan).all, before) {
      #expect(mine.id == theirs.id && mine.model.tensors == theirs.model.tensors)
    }
  }
}
