import Allocation
import Engine
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing

/// Promise 1: corrupting every bar after t changes no bit of any signal, weight or order decided at
/// or before t, nor of any fill or equity stamped at or before t.
@Suite struct NoLookAheadTests {
  /// Moments at which look-ahead would show in different ways.
  enum Moment: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case midnight = "a midnight in a test window"
    case insideHour = "in the middle of an hourly bar"
    case insideSlowBars = "in the middle of a 4h and of a daily bar"
    case lastHour = "in the last hour of a 4h and of a daily bar"
    case foldBorder = "the border between two test windows"
    case trainingEnd = "the end of a training window"
    case lateBars = "where slow bars have ended without their last slots"
    case duringOutage = "in the middle of an outage"
    case afterOutage = "the first close after an outage"
    case duringHalt = "in the middle of a halt"
    case lastDay = "the last day"

    func time(_ plan: FoldPlan) -> Timestamp {
      switch self {
      case .midnight: GeneratedMarket.time(day: 125)
      case .insideHour: GeneratedMarket.time(day: 125, hour: 7, minute: 30)
      case .insideSlowBars: GeneratedMarket.time(day: 140, hour: 14)
      case .lastHour: GeneratedMarket.time(day: 140, hour: 23)
      case .foldBorder: plan.outer[1].testFrom
      case .trainingEnd: plan.window(plan.outer[1], .h1).to
      case .lateBars: GeneratedMarket.time(day: 131)
      case .duringOutage: GeneratedMarket.time(day: 151, hour: 6)
      case .afterOutage: GeneratedMarket.outage.upperBound + GeneratedMarket.hour
      case .duringHalt: GeneratedMarket.time(day: 170, hour: 8)
      case .lastDay: GeneratedMarket.time(day: 224, hour: 13)
      }
    }

    var testDescription: String { rawValue }
  }

  @Test(arguments: Moment.allCases)
  func `corrupted later bars change nothing before, with the same models`(
    moment: Moment
  ) async throws {
    let base = try await Laboratory.base.value
    let now = moment.time(base.plan.folds)
    let corrupted = try await Trial(
      base.portfolio, on: Laboratory.market.corrupted(after: now), plan: base.plan,
      models: base.models)
    let difference = Trace(base.outcome).known(at: now).firstDifference(
      from: Trace(corrupted.outcome).known(at: now))
    #expect(difference == nil)
    // The corruption itself must be seen, or nothing is proved.
    let later = now + 2 * Timestamp.millisecondsPerDay
    #expect(
      Trace(base.outcome).known(at: later).firstDifference(
        from: Trace(corrupted.outcome).known(at: later)) != nil)
  }

  @Test(arguments: Moment.allCases)
  func `bars that have not come yet change nothing, with the same models`(
    moment: Moment
  ) async throws {
    let base = try await Laboratory.base.value
    let now = moment.time(base.plan.folds)
    let truncated = try await Trial(
      base.portfolio, on: Laboratory.market.truncated(at: now), plan: base.plan,
      models: base.models)
    // The bar that opens at `now` is not there yet, so neither is a fill at its open.
    let opened = now - GeneratedMarket.hour
    #expect(
      Trace(base.outcome).known(at: now, openedBy: opened).firstDifference(
        from: Trace(truncated.outcome).known(at: now, openedBy: opened)) == nil)
    #expect(truncated.outcome.run.knownAt.allSatisfy { $0 <= now })
  }

  @Test(arguments: [Moment.insideSlowBars, .trainingEnd, .foldBorder, .lastDay])
  func
    `models trained again on corrupted later bars are the same before, and so is all they lead to`(
      moment: Moment
    ) async throws
  {
    let base = try await Laboratory.base.value
    let now = moment.time(base.plan.folds)
    // A folder of its own: nothing is taken over from the first training. Factors of a per cent, for
    // no regime model is fitted to a handful of bars that are a hundred times wilder than the rest.
    let again = try await Trial(
      training: base.portfolio, on: Laboratory.market.corrupted(after: now, scale: 0.01))
    #expect(again.plan.folds == base.plan.folds)
    #expect(
      Trace(base.outcome).known(at: now).firstDifference(
        from: Trace(again.outcome).known(at: now)) == nil)
    var (same, other) = (0, 0)
    for fold in base.models.folds {
      for (key, bundle) in base.models.nodes(of: fold) {
        let twin = try #require(again.models.bundle(key, fold: fold))
        if base.plan.folds.window(fold, key.timeframe).to <= now {
          same += 1
          #expect(twin.id == bundle.id)
          #expect(twin.model.tensors == bundle.model.tensors, "\(fold.name) \(key)")
        } else {
          other += 1
          #expect(twin.id != bundle.id)
          #expect(twin.model.tensors != bundle.model.tensors, "\(fold.name) \(key)")
        }
      }
    }
    #expect(same > 0 && other > 0)
  }

  @Test func `the market in which this is tried has open gates, tilts, regimes and late bars`()
    async throws
  {
    let base = try await Laboratory.base.value
    let nodes = base.outcome.nodes.flatMap(\.signals)
    #expect(nodes.contains { $0.mu != 0 && $0.gateWeight > 0 && $0.gateWeight < 1 })
    #expect(Set(nodes.map(\.label)) == [0, 1, 2])
    let lines = base.outcome.decisions.compactMap(\.allocation).flatMap(\.lines)
    #expect(lines.contains { $0.tiltMultiplier > 1 } && lines.contains { $0.tiltMultiplier < 1 })
    #expect(Set(lines.map(\.regimeMultiplier.bitPattern)).count > 100)
    #expect(base.outcome.run.fills.count > 100)
    #expect(lines.contains { $0.reasons.contains(.ineligible(.stalePrice)) })
    for timeframe in [Timeframe.h4, .d1] {
      let series = base.history.series(NodeKey("ETH", timeframe))
      #expect(
        series.indices.contains {
          series.coverage[$0] < 0.8
            && series.knownAt($0) >= GeneratedMarket.evening.lowerBound
            && series.knownAt($0) < GeneratedMarket.evening.upperBound
        })
    }
  }
}
