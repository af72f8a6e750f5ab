import Market
import Research

/// One line of the table that says how the symbols' regimes go together, the same in every report.
struct CrossRegimeRow {
  /// The texts in the order of `titles`.
  let texts: [String]

  static let titles = [
    "", "Now", "In history", "Both in it", "If independent", "Correlation", "Pairs", "Bars a pair",
  ]

  /// The regimes in their order, then pairs in different ones.
  static func all(of regimes: CrossRegimes, _ format: NumberFormat) -> [CrossRegimeRow] {
    var rows = regimes.states.map { state in
      CrossRegimeRow(
        texts: [
          state.name, format.percent(state.now, 0), format.percent(state.history, 0),
          format.percent(state.both, 0), format.percent(state.expected, 0),
        ] + texts(state.correlation, format))
    }
    guard !regimes.pairs.isEmpty else { return rows }
    func rest(_ parts: [Double?]) -> Double? {
      let known = parts.compactMap(\.self)
      return known.count == parts.count ? max(0, 1 - known.reduce(0, +)) : nil
    }
    rows.append(
      CrossRegimeRow(
        texts: [
          "different", "", "", format.percent(rest(regimes.states.map(\.both)), 0),
          format.percent(rest(regimes.states.map(\.expected)), 0),
        ] + texts(regimes.apart, format)))
    return rows
  }

  private static func texts(_ mean: CrossRegimes.Mean, _ format: NumberFormat) -> [String] {
    guard mean.pairs > 0 else { return ["", "", ""] }
    let bars =
      mean.fewest == mean.most
      ? format.count(mean.most) : "\(format.count(mean.fewest))\u{2013}\(format.count(mean.most))"
    return [
      format.fixed(mean.value, 2), "\(format.count(mean.measured)) of \(format.count(mean.pairs))",
      bars,
    ]
  }

  /// What the numbers are, in words.
  static func note(_ regimes: CrossRegimes, _ format: NumberFormat) -> String {
    let voters = regimes.isWeighted ? "weighted by their targets" : "one vote each"
    return
      "regimes of \(format.count(regimes.bars)) closes, as each symbol's sizing regime was labelled"
      + " there; symbols \(voters); correlations are means over pairs, of the bar after, for pairs with"
      + " \(CrossRegimes.least) bars or more"
      + (regimes.isInSample
        ? "; labels by today's models, which have seen these bars (in sample)" : "")
  }

  /// The pairs that are most often in the same regime beyond chance, and the one least so.
  static func extremes(_ regimes: CrossRegimes, _ format: NumberFormat) -> [String] {
    let known = regimes.pairs.filter { $0.bars >= CrossRegimes.least }.compactMap { pair in
      pair.together.flatMap { together in
        pair.expected.map { (pair: pair, together: together, excess: together - $0, chance: $0) }
      }
    }.sorted { $0.excess > $1.excess }
    guard known.count > 1 else { return [] }
    return (known.prefix(2) + known.dropFirst(2).suffix(1)).map { entry in
      let names = [entry.pair.first, entry.pair.second].map { regimes.symbols[$0].name }
      return "\(names.joined(separator: " and ")) \(format.percent(entry.together, 0)) of"
        + " \(format.count(entry.pair.bars)) bars (\(format.percent(entry.chance, 0)) if independent)"
    }
  }

  /// Regimes of which some pairs have too few bars for a correlation; nil where there are none.
  static func gaps(_ regimes: CrossRegimes, _ format: NumberFormat) -> String? {
    let means =
      regimes.states.map { ($0.name, $0.correlation) } + [("different regimes", regimes.apart)]
    let short = means.filter { $0.1.measured < $0.1.pairs }
    guard !short.isEmpty else { return nil }
    let words = short.map { name, mean in
      "\(name) \(format.count(mean.pairs - mean.measured)) of \(format.count(mean.pairs)) pairs"
    }
    return "too few bars for a correlation: " + words.joined(separator: ", ")
  }
}
