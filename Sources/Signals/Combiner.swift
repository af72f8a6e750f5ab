public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Weighs the timeframes of one symbol into one signal a primary bar. Plain arithmetic: the same for
/// a batch and for a stream.
public struct Combiner: Sendable {
  /// A timeframe, its forecast weight, and what follows from its length.
  struct Input: Sendable {
    var timeframe: Timeframe
    var weight: Double
    var alpha: NetAlpha
    /// The primary's length over this timeframe's.
    var primaryPerBar: Double
    /// Share of the timeframe's regime in the size; 0 when it sizes nothing.
    var regimeWeight: Double
  }

  let inputs: [Input]
  /// The file's weight of each timeframe, and their sum.
  let fileWeights: [Double]
  private let totalWeight: Double
  /// Each timeframe's signals in order of `knownAt`; the freshest known one counts.
  private var tracks: [[KeptSignal]]
  private let calendar: TradingCalendar
  private let decisionsPerYear: Double
  private let regimeSize: [Double]
  let combine: CombineSettings
  let entry: EntrySettings
  private let rules: [any EntryRule]
  let reversal: ExitSettings.Reversal?

  /// - Parameters:
  ///   - timeframes: with their forecast weights, finest first.
  ///   - regimeWeights: timeframes whose regimes size the symbol; weights sum to 1.
  ///   - regimeSize: size multiplier of each state (`RegimeSize`).
  ///   - decisionEvery: milliseconds between two decisions.
  ///   - cost: one-way cost as a fraction.
  ///   - reversal: the exit rule whose forecasts are to be counted; nil counts none.
  ///   - calendar: of the symbol: how many bars of a timeframe lie between two decisions, and how many
  ///     decisions make a year. Its nights, weekends and holidays make no signal older.
  public init(
    timeframes: [(timeframe: Timeframe, weight: Double)], primary: Timeframe,
    regimeWeights: [(timeframe: Timeframe, weight: Double)], regimeSize: [Double],
    decisionEvery: Int64, cost: Double, combine: CombineSettings, entry: EntrySettings,
    reversal: ExitSettings.Reversal? = nil, calendar: TradingCalendar = .continuous
  ) {
    let decisionsPerYear = calendar.decisionsPerYear(every: decisionEvery, primary: primary)
    inputs = timeframes.map { timeframe, weight in
      let bars = calendar.barsPerYear(timeframe) / decisionsPerYear
      return Input(
        timeframe: timeframe, weight: weight,
        alpha: NetAlpha(barsPerDecision: max(1, Int(bars + 0.5)), cost: cost),
        primaryPerBar: Double(primary.milliseconds) / Double(timeframe.milliseconds),
        regimeWeight: regimeWeights.first { $0.timeframe == timeframe }?.weight ?? 0)
    }
    fileWeights = timeframes.map(\.weight)
    totalWeight = fileWeights.reduce(0, +)
    tracks = timeframes.map { _ in [] }
    self.calendar = calendar
    self.decisionsPerYear = decisionsPerYear
    self.regimeSize = regimeSize
    self.combine = combine
    self.entry = entry
    rules = entry.rules
    self.reversal = reversal
  }

  /// Takes in a node's new signals, in order of time.
  public mutating func receive(_ signals: [NodeSignal], of timeframe: Timeframe) {
    guard let index = inputs.firstIndex(where: { $0.timeframe == timeframe }) else {
      preconditionFailure("\(timeframe) is not one of the combiner's timeframes")
    }
    tracks[index] += signals.lazy.map(KeptSignal.init)
  }

  /// The symbol's signal at the close of a primary bar.
  public func signal(at now: Timestamp) -> SymbolSignal {
    let fresh = inputs.indices.map { freshest($0, at: now) }
    let weights = weights(fresh)
    let regime = regime(fresh)
    let mixture = RegimeMixture.of(fresh, fileWeights)
    let state = entry.by.state(label: regime.label, mixture: mixture)
    let votes = zip(inputs, fresh).map { vote($0, $1, state: state) }
    let alignment = alignment(votes, weights)
    let size = size(votes, weights, alignment)
    var parts: [SymbolSignal.Part] = []
    var netAlpha = 0.0
    var conviction = 0.0
    for (index, input) in inputs.enumerated() {
      var alpha = 0.0
      var own = 0.0
      if let signal = fresh[index]?.signal, totalWeight > 0 {
        let net = input.alpha(mu: signal.mu, persistence: signal.forecastPersistence)
        alpha = decisionsPerYear * weights[index] * net / totalWeight
        let strength = votes[index].strength
        let confidence = combine.weighsConfidence ? signal.confidence : 1
        own =
          combine.method == .vote
          ? size * weights[index] * (strength == 0 ? 0 : strength < 0 ? -1 : 1) / totalWeight
          : size * weights[index] * confidence * strength / totalWeight
      }
      netAlpha += alpha
      conviction += own
      parts.append(
        SymbolSignal.Part(
          timeframe: input.timeframe, kept: fresh[index], alpha: alpha, conviction: own))
    }
    // Multipliers above one could push the sum out of bounds: the parts shrink with it, once more
    // where their rounded sum is still a hair over one.
    while abs(conviction) > 1 {
      let scale = min(1 / abs(conviction), 1.0.nextDown)
      conviction = 0
      for index in parts.indices {
        parts[index].conviction *= scale
        conviction += parts[index].conviction
      }
    }
    return SymbolSignal(
      knownAt: now, parts: parts, netAlpha: netAlpha, conviction: conviction,
      alignment: alignment, regimeSize: regime.size, regimeLabel: regime.label,
      regimeConfidence: regime.confidence, regimeStates: regime.states, mixture: mixture,
      refusal: conviction == 0
        ? silence(votes)
        : refusal {
          EntryCandidate(
            now: now, conviction: conviction, agreeing: agreeing(conviction, votes, weights),
            signals: zip(inputs, fresh).map { ($0.timeframe, $1?.signal) }, regime: regime.label,
            mixture: mixture)
        },
      entrySize: entry.size(in: state), reversal: reversalShare(fresh))
  }

  /// The last signal that is known at `now`, unless two of its own bars have closed since.
  private func freshest(_ index: Int, at now: Timestamp) -> KeptSignal? {
    let (input, track) = (inputs[index], tracks[index])
    #if PLANTED_DEFECTS
      let early = PlantedDefect.openTimeJoin.isPlanted ? input.timeframe.milliseconds : 0
      let known = countKnown(track.count, at: now + early) { track[$0].signal.knownAt }
    #else
      let known = countKnown(track.count, at: now) { track[$0].signal.knownAt }
    #endif
    guard known > 0 else { return nil }
    let kept = track[known - 1]
    let knownAt = kept.signal.knownAt
    let twoBars = 2 * input.timeframe.milliseconds
    let age = now - knownAt
    if age < twoBars { return kept }
    // No market is closed for a week on end; this bounds the count of its bars.
    guard age < twoBars + 7 * Timestamp.millisecondsPerDay else { return nil }
    let closed = calendar.missedSlots(
      since: knownAt - input.timeframe.milliseconds,
      at: input.timeframe.slot(containing: now), input.timeframe)
    return closed < 2 ? kept : nil
  }

  /// Why no forecast counts: what the timeframe that came furthest met.
  private func silence(_ votes: [Vote]) -> EntryRefusal {
    var furthest = Standing.silent
    for (weight, vote) in zip(fileWeights, votes) where weight > 0 {
      furthest = max(furthest, vote.standing)
    }
    return furthest.refusal
  }

  /// Why the first rule that refuses the signal does; nil where none does.
  private func refusal(of candidate: () -> EntryCandidate) -> EntryRefusal? {
    guard !rules.isEmpty else { return nil }
    let candidate = candidate()
    for rule in rules {
      if let refusal = rule.refusal(of: candidate) { return refusal }
    }
    return nil
  }

  private func regime(_ fresh: [KeptSignal?]) -> (
    size: Double, label: Int?, confidence: Double?, states: Int?
  ) {
    var size = 0.0
    var slowest: KeptSignal?
    // The size that all states of all timeframes have, where they have one.
    var common: Double?
    var isUniform = true
    for (input, kept) in zip(inputs, fresh) where input.regimeWeight > 0 {
      guard let kept else { return (0, nil, nil, nil) }
      let signal = kept.signal
      var expected = 0.0
      let sizes = RegimeSize.of(signal.nextPosterior.count, signal.sizes ?? regimeSize)
      if common == nil { common = sizes.first }
      isUniform = isUniform && sizes.allSatisfy { $0 == common }
      for (state, probability) in signal.nextPosterior.enumerated() {
        expected += probability * sizes[state]
      }
      size += input.regimeWeight * expected
      slowest = kept
    }
    guard let slowest = slowest?.signal else { return (0, nil, nil, nil) }
    // Posteriors and weights sum to one only up to rounding; equal sizes must give exactly that
    // size, and none more than one.
    return (
      isUniform ? common ?? 1 : min(1, size), slowest.label, slowest.confidence,
      slowest.posterior.count
    )
  }
}
