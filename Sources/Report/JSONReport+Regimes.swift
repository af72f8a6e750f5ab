import Market
import Research

extension JSONReport {
  /// `symbols bars leastBars isWeighted isInSample states[{name now history both expected correlation{...}}]
  /// apart{...} pairs[{first second bars together expected same[{bars correlation}] apart{...}}]`.
  static func value(of regimes: CrossRegimes) -> JSONValue {
    .object([
      "symbols": .array(regimes.symbols.map { .string($0.name) }),
      "bars": .integer(regimes.bars), "leastBars": .integer(CrossRegimes.least),
      "isWeighted": .bool(regimes.isWeighted), "isInSample": .bool(regimes.isInSample),
      "states": .array(
        regimes.states.map { state in
          .object([
            "name": .string(state.name), "now": .number(state.now),
            "history": .number(state.history), "both": .number(state.both),
            "expected": .number(state.expected), "correlation": value(of: state.correlation),
          ])
        }),
      "apart": value(of: regimes.apart),
      "pairs": .array(
        regimes.pairs.map { pair in
          .object([
            "first": .string(regimes.symbols[pair.first].name),
            "second": .string(regimes.symbols[pair.second].name), "bars": .integer(pair.bars),
            "together": .number(pair.together), "expected": .number(pair.expected),
            "same": .array(pair.same.map(value(of:))), "apart": value(of: pair.apart),
          ])
        }),
    ])
  }

  private static func value(of mean: CrossRegimes.Mean) -> JSONValue {
    .object([
      "value": .number(mean.value), "measured": .integer(mean.measured),
      "pairs": .integer(mean.pairs), "fewestBars": .integer(mean.fewest),
      "mostBars": .integer(mean.most),
    ])
  }

  private static func value(of part: CrossRegimes.Conditional) -> JSONValue {
    .object(["bars": .integer(part.bars), "correlation": .number(part.correlation)])
  }
}
