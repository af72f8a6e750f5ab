import Engine
import Kernels
import Market
import Trading

/// Targets at random moments that depend on every bit of what is known: the time and the book. A
/// leak of the future anywhere changes all that follows it.
struct RandomTargets: DecisionMaker {
  var seed: Int
  /// Greatest sum of absolute weights.
  var gross = 1.0
  var short = false
  var chance = 0.4

  func decide(_ moment: Moment) async -> Targets? {
    var path = ["\(moment.now.milliseconds)", "\(moment.book.equity.bitPattern)"]
    for mark in moment.book.marks { path.append("\(mark?.bitPattern ?? 0)") }
    path.append("\(moment.lastBars)")
    var random = CounterRandom(seed: UInt64(seed), path: path)
    guard random.uniform() < chance else { return nil }
    let count = moment.book.symbols.count
    let raw = (0..<count).map { _ in random.uniform() }
    let sum = raw.reduce(1e-9, +)
    let size = gross * random.uniform()
    return Targets(
      weights: raw.map { part in
        let kind = random.uniform()
        if kind < 0.15 { return nil }
        if kind < 0.3 { return 0 }
        return (short && kind < 0.6 ? -1 : 1) * size * part / sum
      }, reasons: Array(repeating: "random", count: count))
  }
}

/// The same targets at every close.
struct SteadyTargets: DecisionMaker {
  var weights: [Double?]

  func decide(_ moment: Moment) async -> Targets? {
    Targets(weights: weights, reasons: Array(repeating: "steady", count: weights.count))
  }
}

/// Targets by step.
struct ScriptedTargets: DecisionMaker {
  var script: [Int: [Double?]]

  func decide(_ moment: Moment) async -> Targets? {
    script[moment.step].map {
      Targets(weights: $0, reasons: Array(repeating: "script", count: $0.count))
    }
  }
}

/// Random targets to begin with; then, at every close, the weights that are held.
struct HeldWeights: DecisionMaker {
  var first: RandomTargets
  var until: Int

  func decide(_ moment: Moment) async -> Targets? {
    if moment.step < until { return await first.decide(moment) }
    return Targets(
      weights: moment.book.weights,
      reasons: Array(repeating: "held", count: moment.book.symbols.count))
  }
}

/// Fails at one step.
struct FailingTargets: DecisionMaker {
  struct Failure: Error, Equatable { var step: Int }
  var step: Int

  func decide(_ moment: Moment) async throws -> Targets? {
    if moment.step == step { throw Failure(step: step) }
    return nil
  }
}
