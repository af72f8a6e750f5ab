import Engine
import Kernels
import Market
import Models
import Research
import SignalGraph
import Testing

/// L1 of the original (fitted on all rows; `train_window_days` was never read) and C: what rolling and
/// anchored windows are really trained on, told by the bundles on the disk.
@Suite struct WindowedTrainingTests {
  private func portfolio(_ change: (inout SplitSettings) -> Void) -> Portfolio {
    var portfolio = Portfolio.hasty(symbols: ["BTC", "ETH"])
    portfolio.timeframes = portfolio.timeframes.filter { $0.timeframe == .h1 }
    portfolio.split.folds = 3
    change(&portfolio.split)
    return portfolio
  }

  /// Trains, checks each bundle against its window and runs the backtest.
  private func expectWindows(
    _ portfolio: Portfolio, from expected: (Fold, FoldPlan) -> Timestamp?
  ) async throws -> Trial {
    let folder = TemporaryStore()
    let trial = try await Trial(training: portfolio, on: Laboratory.market, in: folder)
    var windows = 0
    for job in trial.plan.jobs {
      let from = expected(job.fold, trial.plan.folds)
      let embargo = job.fold.kind == .serving ? 0 : 2 * GeneratedMarket.hour
      let to = job.fold.testFrom - embargo
      for request in job.requests {
        let stored = try folder.store.read(
          request.key.symbol, request.key.timeframe, id: request.id)
        let training = stored.manifest.training
        #expect(training.from == from?.description ?? "start")
        #expect(training.to == to.description)
        // Regimes are fitted on the window's bars, the inputs scaled by those of its training part.
        let rows = trial.tables[request.key].rows.filter {
          $0.knownAt <= to && $0.knownAt > from ?? .distantPast
        }
        let observations = rows.count { $0.observation != nil }
        #expect(
          stored.manifest.metrics.inSample["regime.observations"] == Double(observations),
          "\(job.name)")
        let begin = from ?? GeneratedMarket.start
        // A tenth at the end stops the training, two hours before it are left out.
        let stopFrom = to - Int64(Double(to - begin) * portfolio.split.earlyStopping)
        let fitted = rows.filter { $0.knownAt <= stopFrom - 2 * GeneratedMarket.hour }
        let scaler = StandardScaler(fittedTo: Matrix(rows: fitted.compactMap(\.features)))
        #expect(stored.manifest.scaling == BundleManifest.Scaling(scaler), "\(job.name)")
        if from != nil { windows += 1 }
      }
    }
    #expect(windows > 4)
    #expect(trial.backtest.leaks.isEmpty)
    #expect(trial.outcome.run.fills.count > 20)
    #expect(trial.outcome.run.equity.allSatisfy { $0.isFinite && $0 > 0 })
    return trial
  }

  @Test func `C, L1: rolling models have seen the sixty days before their test, and no others`()
    async throws
  {
    let length = 60 * Timestamp.millisecondsPerDay
    let rolling = try await expectWindows(
      portfolio {
        $0.walkForward = .rolling
        $0.window = length
      }
    ) { fold, _ in
      let from = fold.testFrom - length
      return from > GeneratedMarket.start ? from : nil
    }
    // The windows move with their folds, and another length is another model.
    let outer = rolling.plan.folds.outer
    let starts = outer.map { rolling.plan.folds.window($0, .h1).from }
    #expect(Set(starts).count == 3 && !starts.contains(nil))
    let longer = portfolio {
      $0.walkForward = .rolling
      $0.window = 2 * length
    }
    let plan = try TrainingPlan(longer, history: rolling.history, tables: rolling.tables)
    let ids = Set(rolling.plan.jobs.map(\.id))
    #expect(plan.jobs.filter { $0.fold.kind == .outer }.allSatisfy { !ids.contains($0.id) })
  }

  @Test func `C, L1: anchored models have seen everything from the anchor on`() async throws {
    let anchor = GeneratedMarket.time(day: 25)
    let anchored = try await expectWindows(
      portfolio {
        $0.walkForward = .anchored
        $0.anchor = anchor
      }
    ) { _, _ in anchor }
    let outer = anchored.plan.folds.outer
    #expect(outer.count == 3 && outer[0].testFrom > anchor)
  }
}
