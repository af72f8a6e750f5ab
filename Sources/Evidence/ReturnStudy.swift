import Market
import Research
import Signals
import Statistics

/// Can the next return of real series be forecast, and by which model?
package struct ReturnStudy: Sendable {
  /// The best t of these many comparisons may be this large by chance (two-sided 5 %, Bonferroni).
  static func chance(_ looks: Int) -> Double {
    NormalDistribution.quantile(1 - 0.025 / Double(max(1, looks)))
  }

  /// What a test for nested models says beside that of squared errors (Clark and West 2007).
  /// - Parameter t: the largest of `looks`, of the forecasts called `name`.
  package static func nested(_ t: Double, _ name: String, looks: Int) -> String {
    let bound = chance(looks)
    let verdict =
      t < bound
      ? "below the same \(fixed(bound, 1)): no forecast goes with its outcomes beyond chance."
      : "above the same \(fixed(bound, 1)): those forecasts do go with their outcomes beyond chance."
    return """
      Diebold and Mariano's test is of squared errors. For nested models (without coefficients every \
      forecast is 0) it leans towards the smaller one, since the larger pays for estimating. Clark and \
      West's leaves that price out and asks whether forecasts go with their outcomes at all, too little \
      to pay for it or not: its largest t is \(fixed(t, 1)) (\(name)), \(verdict)
      """
  }

  private typealias Largest = (t: Double, name: String)

  private static func larger(_ largest: Largest?, _ t: Double?, _ name: String) -> Largest? {
    guard let t, largest.map({ t > $0.t }) ?? true else { return largest }
    return (t, name)
  }

  func section(_ laboratory: Laboratory) async throws -> StudySection {
    var table = [["model"] + MarketUniverse.all.map(\.name)]
    var best: Largest?
    var related: Largest?
    var looks = 0
    for variant in ReturnVariant.listed {
      var cells = [variant.name]
      for universe in MarketUniverse.all {
        let record = try await ReturnRecord(
          try laboratory.bars(universe), variant, innerFolds: 0, laboratory)
        guard let score = try ReturnScore(record.pairs) else {
          cells.append("-")
          continue
        }
        looks += 1
        let name = "\(variant.name), \(universe.name)"
        best = ReturnStudy.larger(best, score.t, name)
        related = ReturnStudy.larger(related, score.clarkWest, name)
        cells.append(
          [
            fixed(100 * score.r2, 2, signed: true), score.t.map { fixed($0, 1) } ?? "-",
            score.clarkWest.map { fixed($0, 1) } ?? "-", fixed(100 * score.hitRate, 1),
            fixed(100 * score.correlation, 1),
          ].joined(separator: " / "))
        laboratory.note("returns, \(variant.name), \(universe.name): \(cells[cells.count - 1])")
      }
      table.append(cells)
    }
    let bound = ReturnStudy.chance(looks)
    let found = best?.t ?? 0
    return StudySection(
      study: .returns, title: "The next return",
      method: """
        Uncalibrated forecasts of the next return in EWMA sigmas, four expanding folds. R2 against the \
        zero forecast in % / its Diebold-Mariano t / Clark-West t / hit rate in % / correlation with the \
        outcome clipped at 4 sigmas in %. The product serves no mean forecast below 1 000 training bars \
        a symbol (early coin days, all weeks); here it is judged there too.
        """,
      findings: [
        Finding(
          claim:
            "no model's squared error is below the zero forecast's beyond the chance of \(looks)"
            + " looks: largest Diebold-Mariano t",
          goal: "t below \(fixed(bound, 1))",
          measured: "\(fixed(found, 2)) (\(best?.name ?? "none"))", isMet: found < bound)
      ],
      table: table,
      comparison: """
        \(ReturnStudy.nested(related?.t ?? 0, related?.name ?? "none", looks: looks)) \
        The study by which the models were designed (throw-away Python before the product existed, on the \
        same files and windows, other random numbers, hourly training windows of 13 000 bars) found no \
        Diebold-Mariano t above 1.7 in 216 looks, Clark-West up to 5.0 on daily stocks and 3.3 on \
        four-hourly coins, and nets a node of 32 units at -.11, -.21, -4.4, -.20 and -16 %.
        """, command: Study.returns.command)
  }
}

/// One choice of the default at a time, on the same bars.
struct ChoiceStudy: Sendable {
  func section(_ laboratory: Laboratory) async throws -> StudySection {
    var table = [["choice (the default's first)"] + MarketUniverse.all.map(\.name) + ["Z"]]
    var harmful: [String] = []
    for choice in ReturnVariant.choices {
      var cells = [choice.choice]
      var (sum, count) = (0.0, 0)
      for universe in MarketUniverse.all {
        let bars = try laboratory.bars(universe)
        let own = try await ReturnRecord(bars, choice.own, innerFolds: 0, laboratory)
        let other = try await ReturnRecord(bars, choice.other, innerFolds: 0, laboratory)
        let (gain, t) = try ChoiceStudy.gain(own.pairs, other.pairs)
        cells.append(
          fixed(100 * gain, 2, signed: true) + (t.map { " (\(fixed($0, 1)))" } ?? ""))
        if let t {
          sum += t
          count += 1
        }
      }
      let z = count > 0 ? sum / Double(count).squareRoot() : 0
      // A choice is wrong where the other way is better beyond chance.
      if z < -ReturnStudy.chance(ReturnVariant.choices.count) { harmful.append(choice.choice) }
      cells.append(fixed(z, 1, signed: true))
      table.append(cells)
      laboratory.note("choices, " + cells.joined(separator: "; "))
    }
    return StudySection(
      study: .choices, title: "One choice at a time",
      method: """
        Difference of uncalibrated R2 in points on the same bars, t in brackets (per-time mean of the \
        difference of squared errors over the symbols, Newey and West); above 0 the default's choice is \
        better. Z is the sum of the t over the root of their number; it is optimistic, since three of the \
        universes are the same coins.
        """,
      findings: [
        Finding(
          claim: "choices of the default that the other way beats beyond chance",
          goal: "none", measured: harmful.isEmpty ? "none" : harmful.joined(separator: "; "),
          isMet: harmful.isEmpty)
      ],
      table: table,
      comparison: """
        The study by which the models were designed (throw-away Python before the product existed, on the \
        same files and windows, other random numbers, hourly training windows of 13 000 bars) found Z of \
        2.9 for stationary features, 4.9 for pooling, 2.1 for clipping, 4.1 for 16 units, 1.1 for one \
        layer, .5 for all steps, .3 for the regime in the head.
        """, command: Study.choices.command)
  }

  /// The difference of R2, and its t, over the pairs that both have.
  static func gain(
    _ own: ArraySlice<SkillRecord.Pair>, _ other: ArraySlice<SkillRecord.Pair>
  ) throws -> (gain: Double, t: Double?) {
    struct Key: Hashable {
      var time: Timestamp
      var symbol: Symbol
    }
    let others = Dictionary(
      uniqueKeysWithValues: other.map { (Key(time: $0.knownAt, symbol: $0.symbol), $0) })
    var common: [SkillRecord.Pair] = []
    var (saved, square) = (0.0, 0.0)
    for pair in own {
      guard let match = others[Key(time: pair.knownAt, symbol: pair.symbol)] else { continue }
      func error(_ pair: SkillRecord.Pair) -> Double {
        (pair.outcome - pair.forecast) * (pair.outcome - pair.forecast)
      }
      var difference = pair
      difference.outcome = error(match) - error(pair)
      common.append(difference)
      saved += difference.outcome
      square += pair.outcome * pair.outcome
    }
    guard square > 0 else { return (0, nil) }
    return (saved / square, try NeweyWestMean(perTime(common[...]) { $0.outcome })?.t)
  }
}
