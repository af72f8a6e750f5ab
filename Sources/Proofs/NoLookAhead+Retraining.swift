import Market
public import Models
import Research
import SignalGraph

extension NoLookAhead {
  /// Trains every model again on bars that are wrong from its training end on.
  public static func fits(_ window: RetrainingWindow) async -> Proof {
    let subject = window.subject
    var proof = Proof(
      .noLookAhead, "each model trained again, bars after its training wrong",
      subject: subject.name,
      compared: "all numbers of all models, losses and likelihoods of their fits")
    let jobs = subject.plan.jobs.filter { $0.fold.kind != .serving }
    let kinds: [BarCorruption] = [.implausible, .plausible, .holes]
    do {
      let checked = try await concurrentMap(
        Array(jobs.enumerated()), workers: subject.workers
      ) { index, job in
        let twins = try await fit(
          job, subject, wrong: kinds[index % kinds.count], after: job.window.to)
        return try zip(job.requests, twins).map { request, twin in
          try compare(request.key, job, window, twin)
        }
      }
      for (values, difference) in checked.joined() {
        proof.values += values
        if let difference { proof.fail(difference) }
      }
      // The same with the window's last bar slightly off as well: that must be seen.
      if let job = jobs.max(by: { $0.cost < $1.cost }) {
        let closes = job.requests.compactMap { request in
          let series = subject.history.series(request.key)
          let known = series.countKnown(at: job.window.to)
          return known > 0 ? series.knownAt(known - 1) : nil
        }
        let last = closes.max() ?? job.window.to
        let twins = try await fit(job, subject, wrong: .slight, after: last - 1)
        let isSeen = zip(job.requests, twins).contains { request, twin in
          subject.models.bundle(request.key, fold: job.fold)?.model.tensors != twin.model.tensors
        }
        if !isSeen {
          proof.fail("proved nothing: a training window's last bar was off and went unseen")
        }
      }
    } catch {
      proof.fail("training ended with an error: \(error)")
    }
    return proof
  }

  private static func fit(
    _ job: TrainingJob, _ subject: Subject, wrong how: BarCorruption, after now: Timestamp
  ) async throws -> [NodeFit] {
    let history = try subject.history.corrupted(how, after: now)
    let tables = try await NodeTables(subject.portfolio, history: history, workers: 1)
    return try await PoolTraining(subject.portfolio).fit(
      job.requests.map { tables[$0.key] }, window: job.window, withForecast: job.withForecast,
      withVariance: job.withVariance, parents: subject.models.parents(of: job))
  }

  private static func compare(
    _ key: NodeKey, _ job: TrainingJob, _ window: RetrainingWindow, _ twin: NodeFit
  ) throws -> (values: Int, difference: String?) {
    let what = "bars after \(job.window.to) changed the model of \(key) for fold \(job.fold.name)"
    guard let bundle = window.subject.models.bundle(key, fold: job.fold) else {
      return (0, "there is no model of \(key) for fold \(job.fold.name)")
    }
    let stored = try window.store.read(key.symbol, key.timeframe, id: bundle.id)
    let metrics = stored.manifest.metrics.inSample
    let (mine, theirs) = (bundle.model.tensors, twin.model.tensors)
    let values = mine.reduce(metrics.count) { $0 + $1.values.count }
    if mine != theirs {
      let names = zip(mine, theirs).filter { $0 != $1 }.map(\.0.name)
      return (
        values,
        "\(what): \(names.isEmpty ? "other tensors" : names.prefix(3).joined(separator: ", "))"
      )
    }
    // A loss tells of a target that only the choice of an epoch has seen.
    let figures = metrics.keys.sorted().filter { metrics[$0] != twin.metrics[$0] }
    if let figure = figures.first {
      return (
        values,
        "\(what): \(figure) is \(twin.metrics[figure] ?? .nan), it was \(metrics[figure] ?? .nan)"
      )
    }
    return (values, nil)
  }

  /// Trains the whole walk-forward again on bars that are wrong after a moment, and runs it.
  /// - Parameter store: gives an empty folder for each name.
  public static func retrainings(_ window: RetrainingWindow, store: (String) -> ModelStore) async
    -> [Proof]
  {
    let subject = window.subject
    let (plan, grid) = (subject.plan, subject.outcome.grid)
    let first = plan.folds.outer[0]
    let judged = subject.outcome.steps.filter { grid.knownAt($0) < first.testTo }
    guard !judged.isEmpty else {
      var proof = Proof(
        .noLookAhead, "inside the first test window: everything trained again",
        subject: subject.name, compared: compared)
      proof.fail("proved nothing: no weight can be decided in the first test window")
      return [proof]
    }
    let middle = judged[judged.count / 2]
    let moments = [
      ProofMoment(name: "inside the first test window", time: grid.knownAt(middle)),
      ProofMoment(
        name: "a training end", time: plan.folds.window(plan.folds.outer[1], grid.timeframe).to),
    ]
    var proofs: [Proof] = []
    for (index, moment) in moments.enumerated() {
      proofs.append(await retraining(subject, moment, store("retraining-\(index)")))
    }
    return proofs
  }

  private static func retraining(
    _ subject: Subject, _ moment: ProofMoment, _ store: ModelStore
  ) async -> Proof {
    var proof = Proof(
      .noLookAhead, "\(moment.name), \(moment.time): everything trained again",
      subject: subject.name, compared: "model ids, \(compared)")
    do {
      let settings = subject.portfolio
      let history = try subject.history.corrupted(.slight, after: moment.time)
      let tables = try await NodeTables(settings, history: history, workers: subject.workers)
      let plan = try TrainingPlan(settings, history: history, tables: tables)
      proof.expect(plan.folds == subject.plan.folds, "wrong prices moved the borders of the folds")
      let trainer = ModelTrainer(settings, store: store)
      _ = try await trainer.train(plan, tables: tables, workers: subject.workers) { _ in }
      let again = try await Subject(
        subject.name, settings, history: history, plan: plan, models: try trainer.load(plan),
        workers: subject.workers)
      var others = 0
      for fold in subject.models.folds {
        for (key, bundle) in subject.models.nodes(of: fold) {
          let twin = again.models.bundle(key, fold: fold)
          guard subject.plan.folds.window(fold, key.timeframe).to <= moment.time else {
            if twin?.id != bundle.id { others += 1 }
            continue
          }
          proof.expect(
            twin?.id == bundle.id, "the model of \(key) for fold \(fold.name) has another id")
        }
      }
      if others == 0 { proof.fail("proved nothing: no model has seen the wrong bars") }
      let before = subject.trace.known(at: moment.time)
      proof.values += before.values
      if let difference = before.firstDifference(from: again.trace.known(at: moment.time)) {
        proof.fail("later bars changed what was known at \(moment.time): \(difference)")
      }
    } catch {
      proof.fail("training ended with an error: \(error)")
    }
    return proof
  }
}
