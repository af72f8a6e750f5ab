public import Market
import Models
import Research
public import SignalGraph
import Signals

/// Promise 7: what a forecast has earned is counted again, from models that had not seen the bars.
public enum SkillRecount {
  /// Whether each fold's models had seen only what came before, and whether the backtest ran those.
  /// - Parameter trainedTo: the training end that stands in a bundle, by its id.
  public static func proofs(
    _ subject: Subject, trainedTo: (NodeKey, String) throws -> Timestamp
  ) async -> [Proof] {
    var record = Proof(
      .honestResults, "the gate's record counted again", subject: subject.name,
      compared: "training ends, forecasts, outcomes, gate weights")
    var served = Proof(
      .honestResults, "each test bar judged by its own fold's model", subject: subject.name,
      compared: "signals of nodes")
    do {
      for fold in subject.models.folds {
        for (key, bundle) in subject.models.nodes(of: fold) where fold.kind != .serving {
          let end = try trainedTo(key, bundle.id)
          let embargo = Int64(subject.portfolio.split.embargo) * key.timeframe.milliseconds
          record.expect(
            end + embargo <= fold.testFrom,
            "the model of \(key) for fold \(fold.name) has seen bars up to \(end); its test window "
              + "opens at \(fold.testFrom)")
        }
      }
      let work = subject.models.folds.filter { $0.kind != .serving }.flatMap { fold in
        subject.models.nodes(of: fold).map { (fold: fold, key: $0.key, model: $0.bundle.model) }
      }
      let said = try await concurrentMap(work, workers: subject.workers) { item in
        Recount(subject, item.fold, item.key, item.model)
      }
      for timeframe in subject.portfolio.timeframes.map(\.timeframe) {
        let pairs = said.filter { $0.key.timeframe == timeframe }.flatMap(\.pairs)
        compareRecord(subject, timeframe, pairs, &record)
      }
      for recount in said where recount.fold.kind == .outer {
        compareSignals(subject, recount, &served)
      }
    } catch {
      record.fail("\(error)")
    }
    return [record, served]
  }

  private static func compareRecord(
    _ subject: Subject, _ timeframe: Timeframe, _ pairs: [SkillRecord.Pair], _ proof: inout Proof
  ) {
    let own = SkillRecord(pairs).pairs
    let theirs = subject.backtest.skill.records[timeframe]?.pairs ?? []
    proof.expect(
      own.count == theirs.count,
      "\(timeframe): the record holds \(theirs.count) pairs, out of sample there are \(own.count)")
    for (mine, other) in zip(own, theirs) {
      let isSame =
        mine.knownAt == other.knownAt && mine.symbol == other.symbol
        && mine.forecast.bitPattern == other.forecast.bitPattern
        && mine.outcome.bitPattern == other.outcome.bitPattern
      proof.expect(isSame, "\(timeframe): the pair of \(other.symbol) at \(other.knownAt) differs")
    }
    for fold in subject.plan.folds.outer {
      let earned = subject.backtest.skill.earned(timeframe, of: fold)
      guard earned.verdict != .noForecast else { continue }
      compareCalibration(
        earned, own.filter { $0.knownAt <= fold.testFrom }, fold, timeframe, &proof)
    }
  }

  /// Slope and weight by their formulas, from the pairs known when the fold began.
  private static func compareCalibration(
    _ earned: Calibration, _ pairs: [SkillRecord.Pair], _ fold: Fold, _ timeframe: Timeframe,
    _ proof: inout Proof
  ) {
    let what = "\(timeframe) from \(fold.testFrom)"
    proof.expect(
      earned.pairs == pairs.count,
      "\(what): the gate counts \(earned.pairs) pairs, \(pairs.count) were known")
    var (products, squares) = (0.0, 0.0)
    for pair in pairs {
      products += pair.forecast * pair.outcome
      squares += pair.forecast * pair.forecast
    }
    guard let slope = earned.slope, let t = earned.t, squares > 0 else {
      proof.expect(earned.weight == 0, "\(what): a weight of \(earned.weight) without evidence")
      return
    }
    proof.expect(
      abs(slope - products / squares) <= 1e-9 * max(1, abs(slope)),
      "\(what): slope \(slope), by hand \(products / squares)")
    let isProved = t > 1.645 && earned.effectivePairs >= SkillGate.minimumEffectivePairs
    let weight = isProved ? min(1, max(0, slope)) * (1 - 1.645 * 1.645 / (t * t)) : 0
    proof.expect(
      abs(earned.weight - weight) <= 1e-12, "\(what): weight \(earned.weight), by hand \(weight)")
  }

  private static func compareSignals(
    _ subject: Subject, _ recount: Recount, _ proof: inout Proof
  ) {
    let (fold, key) = (recount.fold, recount.key)
    let isLast = fold == subject.plan.folds.outer.last
    let calibration = subject.backtest.skill.calibration(key.timeframe, of: fold)
    let heard = subject.outcome.nodes.first { $0.key == key }?.signals ?? []
    for signal in heard where signal.knownAt >= fold.testFrom {
      guard signal.knownAt < fold.testTo || (isLast && signal.knownAt == fold.testTo) else { break }
      let output = recount.outputs[signal.knownAt]
      let isOwn =
        output?.forecast?.bitPattern == signal.forecast?.bitPattern
        && output?.variance.bitPattern == signal.variance.bitPattern
        && output?.targetVariance.bitPattern == signal.targetVariance.bitPattern
        && output?.regime.posterior == signal.posterior
        && output?.regime.nextPosterior == signal.nextPosterior
      proof.expect(
        isOwn, "\(key) at \(signal.knownAt): another model than that of fold \(fold.name) speaks")
      let weight = signal.forecast == nil ? 0 : calibration.weight
      proof.expect(
        signal.gateWeight == weight && (weight > 0 || signal.mu == 0),
        "\(key) at \(signal.knownAt): the forecast counts with \(signal.gateWeight), it has earned "
          + "\(weight)")
    }
  }
}

/// What one fold's model says of one node, bar by bar, and what came of it.
///
/// At its window's first bar, and at every `inferenceEvery`th of the series, the model is asked; in
/// between what it said last stands.
private struct Recount: Sendable {
  let fold: Fold
  let key: NodeKey
  /// What stands from the test window's start on, by the bar's close.
  private(set) var outputs: [Timestamp: NodeOutput] = [:]
  private(set) var pairs: [SkillRecord.Pair] = []

  init(_ subject: Subject, _ fold: Fold, _ key: NodeKey, _ model: NodeModel) {
    self.fold = fold
    self.key = key
    var inference = NodeInference(model, enter: subject.portfolio.regime.enter)
    var standing: NodeOutput?
    let rows = subject.tables[key].rows
    for (index, row) in rows.enumerated() {
      guard row.knownAt <= fold.testTo else { break }
      guard let fresh = inference.update(row), row.knownAt >= fold.testFrom else { continue }
      let isAsked = index % subject.portfolio.inferenceEvery == 0
      let output = isAsked ? fresh : standing ?? fresh
      standing = output
      outputs[row.knownAt] = output
      guard let forecast = output.forecast, row.knownAt < fold.testTo, index + 1 < rows.count,
        rows[index + 1].missingBefore == 0, let outcome = rows[index + 1].logReturn,
        output.targetVariance > 0
      else { continue }
      pairs.append(
        SkillRecord.Pair(
          knownAt: rows[index + 1].knownAt, symbol: key.symbol, forecast: forecast,
          outcome: outcome / output.targetVariance.squareRoot()))
    }
  }
}
