import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph

extension Verification {
  /// Proves what was asked for, promise by promise.
  mutating func run() async {
    for promise in promises.sorted() {
      switch promise {
      case .noLookAhead: await proveNoLookAhead()
      case .deterministic: await proveDeterministic()
      case .batchEqualsStream: await proveBatchEqualsStream()
      case .booksBalance: await proveBooks()
      case .limitsHold: await proveLimits()
      case .nothingFailsSilently: await proveFailures()
      case .honestResults: await proveHonesty()
      case .safe: await proveSafety()
      }
    }
  }

  private mutating func proveNoLookAhead() async {
    let (own, probing, scratch) = (own, probing, scratch)
    await check(.noLookAhead) { [probing.strength()] }
    for (shift, subject) in [own, probing].enumerated() {
      for (moment, how) in NoLookAhead.attempts(subject, shift: shift) {
        await check(.noLookAhead) { [await NoLookAhead.proof(subject, moment, how)] }
      }
    }
    await check(.noLookAhead) {
      let window = try await RetrainingWindow(
        own.portfolio, history: own.history, store: scratch.store("window"),
        workers: own.backtest.workers)
      return [await NoLookAhead.fits(window)]
        + (await NoLookAhead.retrainings(window, store: scratch.store))
    }
  }

  private mutating func proveDeterministic() async {
    let (own, probing) = (own, probing)
    for set in InstructionSet.supported {
      await check(.deterministic) { [await Determinism.numerics(with: set)] }
    }
    for subject in [own, probing] {
      for workers in [1, 2, 16] {
        await check(.deterministic) { [await Determinism.repeated(subject, workers: workers)] }
      }
      await check(.deterministic) { [await Determinism.permuted(subject)] }
    }
    // The portable set computes fma in software on x86-64: its bits are proved above, on few numbers.
    for set in InstructionSet.supported where set != .current && set != .portable {
      await check(.deterministic) { [await Determinism.repeated(probing, with: set)] }
    }
    let verification = self
    await check(.deterministic) { try await ProcessProofs(verification).proofs() }
  }

  private mutating func proveBatchEqualsStream() async {
    for subject in [own, probing] {
      for feed in BatchStream.Feed.allCases {
        await check(.batchEqualsStream) { [await BatchStream.nodes(subject, fed: feed)] }
      }
      await check(.batchEqualsStream) { [await BatchStream.live(subject)] }
    }
  }

  private mutating func proveBooks() async {
    let probing = probing
    await check(.booksBalance) { [probing.strength(.booksBalance)] }
    for subject in [own, probing] {
      await check(.booksBalance) { [Books.ledger(subject)] }
      await check(.booksBalance) { [Books.plainReplay(subject)] }
      await check(.booksBalance) { [await Books.reapplied(subject)] }
    }
    await check(.booksBalance) { await Books.withHoles(probing) }
  }

  private mutating func proveLimits() async {
    for subject in [own, probing] {
      await check(.limitsHold) { [LimitRecheck.decisions(subject)] }
      await check(.limitsHold) { [await LimitRecheck.orders(subject)] }
    }
    let probing = probing
    await check(.limitsHold) { await LimitPress.proofs(probing) }
  }

  private mutating func proveFailures() async {
    let failures = FailureProofs(self)
    for attempt in failures.attempts {
      await check(.nothingFailsSilently) { [try failures.proof(attempt)] }
    }
  }

  private mutating func proveHonesty() async {
    let (own, probing, store) = (own, probing, workspace.store)
    for subject in [own, probing] {
      await check(.honestResults) {
        await SkillRecount.proofs(subject) { key, id in
          let text = try store.read(key.symbol, key.timeframe, id: id).manifest.training.to
          guard let time = Timestamp(iso: text) else {
            throw Failure("the manifest of \(key) \(id) holds no training end but \(text)")
          }
          return time
        }
      }
    }
    await check(.honestResults) { BaselineRecount.proofs(own) }
    if own.portfolio.split.cpcvGroups != nil {
      await check(.honestResults) {
        let plan = try CombinatorialPlan(
          own.portfolio, history: own.history, tables: own.tables)
        let models = try ModelTrainer(own.portfolio, store: store).load(plan.plan)
        return [
          CrossValidationRecount.proof(own.portfolio, plan, models: models, tables: own.tables)
        ]
      }
    }
    let trials = TrialProofs(self)
    await check(.honestResults) { [try await trials.proof()] }
  }

  private mutating func proveSafety() async {
    let (own, scratch, store) = (own, scratch, workspace.store)
    await check(.safe) {
      [BundleDamage.proof(own, store: store, scratch: scratch.file("damage"))]
    }
    let verification = self
    await check(.safe) { [try KillProofs(verification, name: "kills-ingest").ingest()] }
    await check(.safe) { [try KillProofs(verification, name: "kills-training").training()] }
  }
}
