import Allocation
import Engine
import Foundation
import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// Every proof holds on a small generated market, and fails on what is made wrong by hand.
@Suite struct RunProofTests {
  private func expectHolds(
    _ proof: Proof, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      proof.holds, "\(proof.name), \(proof.subject ?? "-"): \(proof.findings)",
      sourceLocation: sourceLocation)
  }

  @Test func `the probing run trades enough, a run without trades proves nothing`() async throws {
    let runs = try await Laboratory.runs.value
    expectHolds(runs.probing.strength())
    var idle = runs.own.portfolio
    idle.allocation.minimumObservations = 100_000
    let subject = try await Subject(
      "idle", idle, history: runs.own.history, plan: runs.own.plan, models: runs.own.models,
      workers: 2)
    #expect(subject.strength().findings.first?.hasPrefix("proved nothing: 0 orders") == true)
    #expect((await LimitPress.proofs(subject)).allSatisfy { !$0.holds })
  }

  @Test func `probing settings open every gate and trade every change`() {
    var portfolio = SmallMarket.portfolio
    portfolio.entry.timeframeThresholds = [.h1: .logReturn(1), .d1: .deviations(9)]
    portfolio.symbolEntry["ETH"] = portfolio.entry
    portfolio.symbolSizing["LTC"] = portfolio.sizing
    let probing = portfolio.probing
    #expect(probing.forecast.gate == .off && probing.allocation.band == 0)
    #expect(probing.tiltCost == 0 && probing.costs == portfolio.costs)
    #expect(probing.entry.threshold == .deviations(0))
    for entry in [probing.entry, probing.entry(for: "ETH")] {
      for timeframe in [Timeframe.h1, .h4, .d1] {
        #expect(entry.threshold(of: timeframe) == .deviations(0))
      }
    }
    for sizing in [probing.sizing, probing.sizing(for: "LTC")] {
      #expect(sizing.minimum == 0 && sizing.maximum == 1)
    }
    // A volatility target varies what any method holds; without one only conviction does.
    #expect(probing.allocation.method == portfolio.allocation.method)
    portfolio.allocation.volatilityTarget = nil
    #expect(portfolio.probing.allocation.method == .conviction)
  }

  @Test func `fixed sizes and thresholds by timeframe prove nothing, their probing run does`()
    async throws
  {
    let runs = try await Laboratory.runs.value
    func subject(_ portfolio: Portfolio) async throws -> Subject {
      try await Subject(
        "in and out", portfolio, history: runs.own.history, plan: runs.own.plan,
        models: runs.own.models, workers: 2)
    }
    var portfolio = runs.own.portfolio
    portfolio.forecast.gate = .off
    portfolio.allocation.mode = .inOut
    portfolio.allocation.method = .conviction
    portfolio.allocation.volatilityTarget = nil
    portfolio.allocation.band = 0
    portfolio.decisionEvery = SmallMarket.hour
    portfolio.exit.reversal = .entry
    portfolio.entry.confidence = 0
    portfolio.entry.threshold = .deviations(0)
    portfolio.regime.size = [1, 1, 1]
    // Every position is as large as every other one.
    portfolio.sizing.minimum = 0.1
    portfolio.sizing.maximum = 0.1
    let alike = try await subject(portfolio).strength()
    #expect(alike.findings.contains { $0.contains("2 different weights") }, "\(alike.findings)")
    // No forecast is ever large enough on any timeframe.
    portfolio.entry.timeframeThresholds = [
      .h1: .logReturn(0.5), .h4: .logReturn(0.5), .d1: .logReturn(0.5),
    ]
    let idle = try await subject(portfolio).strength()
    #expect(idle.findings.first?.hasPrefix("proved nothing: 0 orders") == true)
    expectHolds(try await subject(portfolio.probing).strength())
  }

  @Test func `wrong later bars change nothing before`() async throws {
    let runs = try await Laboratory.runs.value
    for (shift, subject) in [runs.own, runs.probing].enumerated() {
      let attempts = NoLookAhead.attempts(subject, shift: shift)
      #expect(Set(attempts.map(\.how)).count == 3 && attempts.count >= 6)
      for (moment, how) in attempts {
        expectHolds(await NoLookAhead.proof(subject, moment, how))
      }
    }
  }

  @Test func `training again on wrong later bars gives the same models and the same past`()
    async throws
  {
    let runs = try await Laboratory.runs.value
    let folders = ModelFolders()
    let window = try await RetrainingWindow(
      runs.own.portfolio, history: runs.own.history, store: folders.store("window"), workers: 2)
    expectHolds(await NoLookAhead.fits(window))
    for proof in await NoLookAhead.retrainings(window, store: folders.store) { expectHolds(proof) }
  }

  @Test func `workers and order change nothing`() async throws {
    let runs = try await Laboratory.runs.value
    for workers in [1, 16] {
      expectHolds(await Determinism.repeated(runs.probing, workers: workers))
    }
    expectHolds(await Determinism.permuted(runs.probing))
    for set in InstructionSet.supported {
      expectHolds(await Determinism.numerics(with: set))
      expectHolds(await Determinism.repeated(runs.probing, with: set))
    }
    #expect(Fingerprint(runs.own) != Fingerprint(runs.probing))
  }

  @Test func `pieces and the live feed say what the batch says`() async throws {
    let runs = try await Laboratory.runs.value
    for feed in BatchStream.Feed.allCases {
      expectHolds(await BatchStream.nodes(runs.probing, fed: feed))
    }
    expectHolds(await BatchStream.live(runs.probing))
  }

  @Test func `books, limits and replays are in order`() async throws {
    let runs = try await Laboratory.runs.value
    for subject in [runs.own, runs.probing] {
      expectHolds(Books.ledger(subject))
      expectHolds(Books.plainReplay(subject))
      expectHolds(await Books.reapplied(subject))
      expectHolds(LimitRecheck.decisions(subject))
      expectHolds(await LimitRecheck.orders(subject))
    }
    for proof in await Books.withHoles(runs.probing) { expectHolds(proof) }
    for proof in await LimitPress.proofs(runs.probing) { expectHolds(proof) }
  }

  @Test func `orders in whole lots lead to the last lot before the target`() async throws {
    let runs = try await Laboratory.runs.value
    var portfolio = runs.probing.portfolio
    portfolio.capital.lot = 5
    let subject = try await Subject(
      "lots", portfolio, history: runs.own.history, plan: runs.own.plan, models: runs.own.models,
      workers: 2)
    #expect(subject.outcome.run.orders.count > 20)
    expectHolds(await LimitRecheck.orders(subject))
    expectHolds(LimitRecheck.decisions(subject))
    expectHolds(Books.plainReplay(subject))
  }

  @Test func `a limit that decisions break is found`() async throws {
    let runs = try await Laboratory.runs.value
    let decisions = runs.own.outcome.decisions.compactMap { decision in
      decision.allocation.map { (now: decision.now, allocation: $0) }
    }
    var proof = Proof(.limitsHold, "narrow", compared: "limits")
    LimitRecheck.check(decisions, LimitSettings(gross: 0.05), &proof) { _ in nil }
    #expect(proof.failureCount > 10)
    var single = Proof(.limitsHold, "narrow", compared: "limits")
    LimitRecheck.check(decisions, LimitSettings(perSymbolOverrides: ["ETH": 0.01]), &single) { _ in
      nil
    }
    #expect(single.findings.contains { $0.contains("ETH") })
  }

  @Test(arguments: [
    ("net exposure", LimitSettings(net: 0.05)),
    ("number of positions", LimitSettings(positions: 2)),
    ("what is traded", LimitSettings(turnover: 0.01)),
    (
      "group all",
      LimitSettings(groups: [GroupLimit(name: "all", symbols: ["BTC", "ETH"], max: 0.1)])
    ),
    ("the cluster", LimitSettings(cluster: ClusterLimit(rho: 0.1, max: 0.1, from: 2))),
    ("are both held and correlate", LimitSettings(pair: PairLimit(hard: 0.1))),
  ])
  func `each kind of limit is found broken by the allocator's re-check and by plain sums`(
    words: String, limits: LimitSettings
  ) async throws {
    let runs = try await Laboratory.runs.value
    let decisions = runs.own.outcome.decisions.compactMap { decision in
      decision.allocation.map { (now: decision.now, allocation: $0) }
    }
    var risk = try RiskHistory(grid: runs.own.history.grid(.d1))
    for (now, allocation) in decisions where allocation.lines.allSatisfy({ $0.target != 0 }) {
      var proof = Proof(.limitsHold, "narrow", compared: "limits")
      try LimitRecheck.check([(now, allocation)], limits, &proof) {
        try risk.estimate(at: $0, minimumObservations: 30)
      }
      // One finding each: the allocator's, and that of the plain sums.
      guard proof.failures.count >= 2 else { continue }
      #expect(proof.failures.dropFirst().contains { $0.contains(words) }, "\(proof.failures)")
      return
    }
    Issue.record("no decision breaks \(words)")
  }

  /// By the id of the bundle.
  private func trainingEnds(_ subject: Subject) -> [String: Timestamp] {
    var ends: [String: Timestamp] = [:]
    for fold in subject.models.folds {
      for (key, bundle) in subject.models.nodes(of: fold) {
        ends[bundle.id] = subject.plan.folds.window(fold, key.timeframe).to
      }
    }
    return ends
  }

  @Test func `the record is counted again, and a model that has seen its test window is found`()
    async throws
  {
    let runs = try await Laboratory.runs.value
    let honest = trainingEnds(runs.own)
    for proof in await SkillRecount.proofs(runs.own, trainedTo: { honest[$1]! }) {
      expectHolds(proof)
    }
    for proof in await SkillRecount.proofs(runs.probing, trainedTo: { honest[$1]! }) {
      expectHolds(proof)
    }
    let late = await SkillRecount.proofs(runs.own) { key, id in
      honest[id]! + key.timeframe.milliseconds
    }
    #expect(late[0].findings.contains { $0.contains("has seen bars up to") })
  }

  @Test func `the record of models that are asked at every third bar is counted so, too`()
    async throws
  {
    let runs = try await Laboratory.runs.value
    var portfolio = runs.own.portfolio
    portfolio.inferenceEvery = 3
    let subject = try await Subject(
      "seldom", portfolio, history: runs.own.history, plan: runs.own.plan,
      models: runs.own.models, workers: 2)
    let ends = trainingEnds(subject)
    for proof in await SkillRecount.proofs(subject, trainedTo: { ends[$1]! }) { expectHolds(proof) }
    // It is not what they would have said at every bar.
    let (seldom, own) = (subject.backtest.skill, runs.own.backtest.skill)
    let standing = try #require(seldom.records[.h1]).pairs.map(\.forecast)
    let fresh = try #require(own.records[.h1]).pairs.map(\.forecast)
    #expect(!standing.isEmpty && standing != fresh)
  }

  @Test func `baselines run again give the same, at other costs they do not`() async throws {
    let runs = try await Laboratory.runs.value
    let proofs = BaselineRecount.proofs(runs.own)
    // Risk by plain sums; the books, the dates and a second program of each.
    #expect(proofs.count == 1 + 3 * Baseline.allCases.count)
    for proof in proofs { expectHolds(proof) }
    var dearer = runs.own.portfolio
    dearer.costs.commission *= 2
    let subject = try await Subject(
      "dearer", dearer, history: runs.own.history, plan: runs.own.plan, models: runs.own.models,
      workers: 2)
    let mixed = Ledger.proof(
      AccountRecord(runs.own.outcome.baselines[0].run), subject: "mixed",
      grid: subject.outcome.grid, firstStep: subject.outcome.steps.lowerBound,
      costs: dearer.costs, capital: dearer.capital, mayBorrow: false)
    #expect(!mixed.holds)
  }

  @Test(arguments: [(2.0, 0.0), (1.0, 0.2)])
  func `baselines take no credit, and owe what funding costs`(leverage: Double, funding: Double)
    async throws
  {
    let runs = try await Laboratory.runs.value
    var portfolio = runs.own.portfolio
    (portfolio.capital.leverage, portfolio.costs.funding) = (leverage, funding)
    let subject = try await Subject(
      "credit", portfolio, history: runs.own.history, plan: runs.own.plan,
      models: runs.own.models, workers: 2)
    for proof in BaselineRecount.proofs(subject) { expectHolds(proof) }
    let owes = subject.outcome.baselines.contains { $0.run.cash.contains { $0 < 0 } }
    #expect(owes == (funding > 0))
  }

  @Test func `damaged bundles are refused, whichever byte`() async throws {
    let runs = try await Laboratory.runs.value
    let proof = BundleDamage.proof(
      runs.own, store: runs.folders.store("models"), scratch: runs.folders.store("damage").root)
    expectHolds(proof)
    #expect(proof.values > 300)
  }
}
