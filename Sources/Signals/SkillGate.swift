public import Market
public import Statistics

/// Weighs a timeframe's forecasts by the skill that its out-of-sample record shows.
///
/// `w = clip(slope, 0, 1) * max(0, 1 - (1.645 / t)^2)`, where slope = sum(f y) / sum(f f) and t is
/// the HAC t-statistic of the per-time mean of f y. On noise it opens in 5 % of cases at any length, at
/// each look: over the looks of a walk-forward more often once (the study `gate`). A test of squared
/// errors cannot see a forecast whose true slope is under one half.
public struct SkillGate: Sendable, Equatable {
  /// Effective pairs below which nothing can be told.
  public static let minimumEffectivePairs = 250.0

  /// Whether too short a record shuts the gate. Off only to study the rule itself.
  public var requiresEvidence = true

  public init() {}

  /// The weight that the record up to `now` earns.
  /// - Throws: `StatisticsError` when the record holds a value that is not finite.
  public func calibrate(_ record: SkillRecord, at now: Timestamp) throws(StatisticsError)
    -> Calibration
  {
    let pairs = record.known(at: now)
    guard !pairs.isEmpty else {
      return Calibration(verdict: .cannotTell, weight: 0)
    }
    var products: [Double] = []
    var sumFY = 0.0
    var sumFF = 0.0
    var start = pairs.startIndex
    while start < pairs.endIndex {
      let time = pairs[start].knownAt
      var end = start
      var sum = 0.0
      while end < pairs.endIndex, pairs[end].knownAt == time {
        let pair = pairs[end]
        sum += pair.forecast * pair.outcome
        sumFF += pair.forecast * pair.forecast
        end += 1
      }
      sumFY += sum
      products.append(sum / Double(end - start))
      start = end
    }
    // First of all: a sum that is NaN must throw, and not look like a forecast of nothing.
    let mean = try NeweyWestMean(products)
    let effective = SkillGate.effectivePairs(pairs)
    guard sumFF > 0, let t = mean?.t else {
      return Calibration(
        verdict: .cannotTell, weight: 0, pairs: pairs.count, effectivePairs: effective,
        times: products.count)
    }
    let slope = sumFY / sumFF
    let ratio = Calibration.criticalT / t
    let shrinkage = t > Calibration.criticalT ? 1 - ratio * ratio : 0
    let enough = !requiresEvidence || effective >= SkillGate.minimumEffectivePairs
    let weight = enough ? min(max(slope, 0), 1) * shrinkage : 0
    return Calibration(
      verdict: enough ? (weight > 0 ? .open : .shut) : .cannotTell, weight: weight, slope: slope,
      t: t, pairs: pairs.count, effectivePairs: effective, times: products.count)
  }

  /// `n N / (1 + (N - 1) rho)`, rho the mean correlation of the outcomes between symbols, at least 0.
  static func effectivePairs(_ pairs: ArraySlice<SkillRecord.Pair>) -> Double {
    let columns = SkillRecord.places(pairs).map { places in places.map { pairs[$0] } }
    guard columns.count > 1 else { return Double(pairs.count) }
    var total = 0.0
    var count = 0
    for i in columns.indices {
      for j in columns.indices where j > i {
        var (n, sx, sy, sxx, syy, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        forEachCommonTime(columns[i], columns[j]) { x, y in
          n += 1
          sx += x
          sy += y
          sxx += x * x
          syy += y * y
          sxy += x * y
        }
        let (vx, vy) = (sxx - sx * sx / n, syy - sy * sy / n)
        guard n > 2, vx > 0, vy > 0 else { continue }
        total += (sxy - sx * sy / n) / (vx * vy).squareRoot()
        count += 1
      }
    }
    let rho = count > 0 ? min(1, max(0, total / Double(count))) : 0
    return Double(pairs.count) / (1 + Double(columns.count - 1) * rho)
  }

  /// Hands over the outcomes of two symbols at each time that both have.
  private static func forEachCommonTime(
    _ a: [SkillRecord.Pair], _ b: [SkillRecord.Pair], _ body: (Double, Double) -> Void
  ) {
    var j = 0
    for pair in a {
      while j < b.count, b[j].knownAt < pair.knownAt { j += 1 }
      guard j < b.count else { return }
      if b[j].knownAt == pair.knownAt { body(pair.outcome, b[j].outcome) }
    }
  }
}
