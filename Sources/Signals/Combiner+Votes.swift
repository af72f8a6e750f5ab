import Market

/// What one timeframe's forecast counts for, and what the votes of all come to.
extension Combiner {
  /// How far a timeframe's forecast came, in the order in which it is tested.
  enum Standing: Int, Comparable {
    case silent, noForecast, gated, belowThreshold, lowConfidence, sideNotAllowed, counts

    static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }

    /// Why nothing is opened where no timeframe came further.
    var refusal: EntryRefusal {
      switch self {
      case .silent: .noSignal
      case .noForecast: .noForecast
      case .gated: .gated
      case .belowThreshold: .belowThreshold
      case .lowConfidence: .lowConfidence
      case .sideNotAllowed: .sideNotAllowed
      case .counts: .conflicted
      }
    }
  }

  struct Vote {
    var standing: Standing
    /// How far the forecast is beyond its threshold, 0 at it and 1 at `cap` thresholds, or its part of
    /// the Kelly share; signed.
    var strength = 0.0
  }

  /// - Parameter state: what may forbid a side.
  func vote(_ input: Input, _ kept: KeptSignal?, state: Int?) -> Vote {
    guard let signal = kept?.signal else { return Vote(standing: .silent) }
    guard signal.mu != 0 else {
      return Vote(
        standing: signal.forecast == nil
          ? .noForecast : signal.gateWeight == 0 ? .gated : .belowThreshold)
    }
    let mu = signal.mu * input.primaryPerBar
    let threshold = entry.threshold(of: input.timeframe)
      .logReturn(for: signal, primaryPerBar: input.primaryPerBar)
    let excess = abs(mu) - threshold
    guard excess > 0 else { return Vote(standing: .belowThreshold) }
    guard signal.confidence >= entry.confidence(of: input.timeframe) else {
      return Vote(standing: .lowConfidence)
    }
    guard entry.allows(long: mu > 0, in: state) else { return Vote(standing: .sideNotAllowed) }
    let part: Double
    if let kelly = entry.kelly {
      part = min(1, kelly * Kelly.share(mean: abs(signal.mu), variance: signal.variance))
    } else {
      let cap = entry.cap * threshold
      part = cap > threshold ? min(1, excess / (cap - threshold)) : 1
    }
    return Vote(standing: .counts, strength: mu < 0 ? -part : part)
  }

  /// What each timeframe weighs: the file's weights, under `precision` over the variance of the
  /// return a unit of time. The timeframes that speak share what the file gives them together.
  func weights(_ fresh: [KeptSignal?]) -> [Double] {
    guard combine.method == .precision else { return fileWeights }
    let precisions = zip(inputs, fresh).map { input, kept -> Double? in
      guard let signal = kept?.signal, signal.variance > 0 else { return nil }
      return 1 / (signal.variance * input.primaryPerBar)
    }
    var speaking = 0.0
    var total = 0.0
    for (weight, precision) in zip(fileWeights, precisions) {
      guard let precision else { continue }
      speaking += weight
      total += weight * precision
    }
    guard total > 0 else { return fileWeights }
    let mean = total / speaking
    return zip(fileWeights, precisions).map { weight, precision in
      precision.map { weight * ($0 / mean) } ?? weight
    }
  }

  /// Weights on the two sides, and of all timeframes, silent ones included.
  private func sides(_ votes: [Vote], _ weights: [Double]) -> (
    long: Double, short: Double, total: Double
  ) {
    var sides = (long: 0.0, short: 0.0, total: 0.0)
    for (vote, weight) in zip(votes, weights) {
      sides.total += weight
      if vote.strength > 0 { sides.long += weight }
      if vote.strength < 0 { sides.short += weight }
    }
    return sides
  }

  /// `A = |sum w sign z| / sum w` over all timeframes, silent ones included.
  func alignment(_ votes: [Vote], _ weights: [Double]) -> SymbolSignal.Alignment {
    var sum = 0.0
    var total = 0.0
    for (vote, weight) in zip(votes, weights) {
      total += weight
      if vote.strength > 0 { sum += weight } else if vote.strength < 0 { sum -= weight }
    }
    let share = total > 0 ? abs(sum) / total : 0
    if share >= combine.aligned - Combiner.hair { return .aligned }
    return share >= combine.partial - Combiner.hair ? .partial : .conflicted
  }

  /// Sums of weights round: .6 of .6 + .3 + .1 must count as .6, and .7 - .3 as .4.
  static let hair = 1e-12

  /// The factor on every vote: that of the alignment, 0 where `consensus` is not reached.
  func size(_ votes: [Vote], _ weights: [Double], _ alignment: SymbolSignal.Alignment) -> Double {
    if combine.method == .consensus {
      let sides = sides(votes, weights)
      let larger = max(sides.long, sides.short)
      guard larger >= (combine.consensus - Combiner.hair) * sides.total else { return 0 }
    }
    return switch alignment {
    case .aligned: combine.alignedSize
    case .partial: combine.partialSize
    case .conflicted: combine.conflictedSize
    }
  }

  /// Share of the weight on the signal's side.
  func agreeing(_ conviction: Double, _ votes: [Vote], _ weights: [Double]) -> Double {
    let sides = sides(votes, weights)
    guard sides.total > 0 else { return 0 }
    return (conviction > 0 ? sides.long : sides.short) / sides.total
  }

  /// `sum w sign(mu) / sum w` over the forecasts that are beyond the exit rule's threshold, whatever
  /// their confidence and whatever sides may be entered.
  func reversalShare(_ fresh: [KeptSignal?]) -> Double {
    guard let reversal else { return 0 }
    var sum = 0.0
    var total = 0.0
    for (input, kept) in zip(inputs, fresh) {
      total += input.weight
      guard let signal = kept?.signal else { continue }
      let mu = signal.mu * input.primaryPerBar
      let threshold =
        switch reversal {
        case .entry: entry.threshold(of: input.timeframe)
        case .threshold(let threshold): threshold
        }
      guard abs(mu) > threshold.logReturn(for: signal, primaryPerBar: input.primaryPerBar) else {
        continue
      }
      if mu > 0 { sum += input.weight } else { sum -= input.weight }
    }
    return total > 0 ? sum / total : 0
  }
}
