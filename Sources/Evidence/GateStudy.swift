import Kernels
import Market
import SignalGraph
public import Signals
import Statistics

/// How often does the gate open, on noise and on skill, for records of a given length?
///
/// Outcomes have heavy tails (Student's t, 4 degrees of freedom) and clustered volatility
/// (GARCH(1, 1), .08 and .82), forecasts persist (.8). Skill of slope b and R2 means
/// `E[outcome | forecast] = b forecast` with that share of the outcome's variance.
public struct GateStudy: Sendable {
  public var lengths = [130, 250, 440, 800, 1300]
  public var noiseGoal = 0.02...0.09
  public var skillGoal = 0.8
  /// How often a timeframe's record is judged with the default split: at six test windows and for serving.
  public var looks = 7

  public init() {}

  /// The record of a forecast.
  /// - Parameter slope: true slope; 0 is noise, of a forecast with variance .01.
  public func record(pairs count: Int, slope: Double, r2: Double, seed: Int) -> SkillRecord {
    var random = CounterRandom(seed: UInt64(seed), path: ["gate", "\(count)", "\(slope)"])
    let spread = slope > 0 ? (r2 / (slope * slope)).squareRoot() : 0.1
    var state = random.normal()
    var variance = 1.0
    var pairs: [SkillRecord.Pair] = []
    pairs.reserveCapacity(count)
    for hour in 0..<count {
      state = 0.8 * state + 0.6 * random.normal()
      let chi2 = -2 * Elementary.log((1 - random.uniform()) * (1 - random.uniform()))
      let shock = random.normal() * (2 / chi2).squareRoot() * variance.squareRoot()
      variance = 0.1 + 0.82 * variance + 0.08 * shock * shock
      let forecast = spread * state
      pairs.append(
        SkillRecord.Pair(
          knownAt: Timestamp(seconds: 3600 * Int64(hour)), symbol: "A", forecast: forecast,
          outcome: slope * forecast + (1 - r2).squareRoot() * shock))
    }
    return SkillRecord(pairs)
  }

  /// In how many of `trials` records the gate opens.
  /// - Parameter requiresEvidence: whether the minimum-evidence rule is on.
  public func opens(
    pairs: Int, slope: Double = 0, r2: Double = 0, trials: Int, requiresEvidence: Bool = false
  ) throws -> Int {
    var gate = SkillGate()
    gate.requiresEvidence = requiresEvidence
    var open = 0
    for seed in 0..<trials {
      let record = record(pairs: pairs, slope: slope, r2: r2, seed: seed)
      if try gate.calibrate(record, at: .distantFuture).weight > 0 { open += 1 }
    }
    return open
  }

  /// In how many of `trials` records of noise the gate is open at one look at least.
  ///
  /// As in a walk-forward with the default split the first look sees two parts of the record, and each
  /// further one a part more: the last sees all.
  public func opensEver(pairs: Int, looks: Int, trials: Int) throws -> Int {
    var gate = SkillGate()
    gate.requiresEvidence = false
    var open = 0
    for seed in 0..<trials {
      let record = record(pairs: pairs, slope: 0, r2: 0, seed: seed)
      let isOpen = try (2...looks + 1).contains { parts in
        let now = record.pairs[pairs * parts / (looks + 1) - 1].knownAt
        return try gate.calibrate(record, at: now).weight > 0
      }
      if isOpen { open += 1 }
    }
    return open
  }

  func section(trials: Int, _ laboratory: Laboratory) async throws -> StudySection {
    let noise = try await concurrentMap(lengths, workers: laboratory.workers) { length in
      let open = try opens(pairs: length, trials: trials)
      laboratory.note("gate, noise, \(length) pairs: \(open) of \(trials)")
      return open
    }
    let skill = try await concurrentMap(lengths, workers: laboratory.workers) { length in
      let open = try opens(pairs: length, slope: 0.5, r2: 0.01, trials: trials)
      laboratory.note("gate, 1 % planted, \(length) pairs: \(open) of \(trials)")
      return open
    }
    var early = 0
    for length in [130, 249] {
      early += try opens(
        pairs: length, slope: 0.5, r2: 0.01, trials: trials, requiresEvidence: true)
    }
    let longest = lengths[lengths.count - 1]
    let ever = try opensEver(pairs: longest, looks: looks, trials: trials)
    laboratory.note("gate, noise, ever over \(looks) looks: \(ever) of \(trials)")
    func share(_ open: Int) -> Double { Double(open) / Double(trials) }
    let shares = noise.map(share)
    let found = lengths.firstIndex(of: 800).map { share(skill[$0]) } ?? 0
    func cell(_ open: Int) -> String {
      let interval = WilsonInterval(successes: open, trials: trials)
      return "\(percent(share(open))) [\(percent(interval.lower)), \(percent(interval.upper))]"
    }
    return StudySection(
      study: .gate, title: "The skill gate by itself",
      method: """
        Made-up records of one symbol: heavy-tailed outcomes (t with 4 degrees of freedom) with \
        clustered volatility, forecasts that persist (.8). `SkillGate.calibrate` with the \
        minimum-evidence rule off, but for the last finding. \(trials) records a cell, seeds 0 to \
        \(trials - 1); 95 % Wilson intervals. A backtest judges a record more than once: open ever over \
        \(looks) looks are records that grow by the folds of the default split, the first look after \
        two parts of \(looks + 1), the last after all.
        """,
      findings: [
        Finding(
          claim: "opens on noise, at each of \(lengths.map(String.init).joined(separator: ", "))",
          goal: "\(percent(noiseGoal.lowerBound, 0)) to \(percent(noiseGoal.upperBound, 0))",
          measured: "\(percent(shares.min() ?? 0)) to \(percent(shares.max() ?? 0))",
          isMet: shares.allSatisfy { noiseGoal.contains($0) }),
        Finding(
          claim: "opens at a planted R2 of 1 %, slope .5, 800 pairs",
          goal: "at least \(percent(skillGoal, 0))", measured: percent(found),
          isMet: found >= skillGoal),
        Finding(
          claim: "opens on 130 or 249 pairs of the same skill, the rule on", goal: "never",
          measured: "\(early) of \(2 * trials)", isMet: early == 0),
      ],
      table: [
        ["pairs"] + lengths.map { "\($0)" }, ["noise"] + noise.map(cell),
        ["noise, ever over \(looks) looks"] + lengths.map { $0 == longest ? cell(ever) : "" },
        ["planted 1 %, slope .5"] + skill.map(cell),
      ],
      command: Study.gate.command)
  }
}
