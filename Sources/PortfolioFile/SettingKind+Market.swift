import Market
import Research
import Signals
import Yams

extension SettingKind where Value == [Symbol] {
  /// One or more names, each once.
  static var symbols: SettingKind {
    SettingKind(
      allowed: "a list of symbols such as [BTC, ETH]",
      read: { node throws(ValueProblem) in
        guard case .sequence(let sequence) = node else { throw ValueProblem(found: node) }
        guard !sequence.isEmpty else {
          throw ValueProblem(message: "the list is empty; name at least one", mark: node.mark)
        }
        var symbols: [Symbol] = []
        for item in sequence {
          guard let name = item.text else { throw ValueProblem(found: item) }
          guard !name.isEmpty else {
            throw ValueProblem(message: "a symbol is empty", mark: item.mark)
          }
          guard !symbols.contains(Symbol(name)) else {
            throw ValueProblem(message: "'\(name)' stands twice", mark: item.mark)
          }
          symbols.append(Symbol(name))
        }
        return symbols.sorted()
      },
      write: { symbols in
        "[" + symbols.map { YAMLText.string($0.name) }.joined(separator: ", ") + "]"
      })
  }
}

extension SettingKind where Value == Symbol {
  static var symbol: SettingKind {
    SettingKind(
      allowed: "a symbol such as BTC",
      read: { node throws(ValueProblem) in
        guard let name = node.text, !name.isEmpty else { throw ValueProblem(found: node) }
        return Symbol(name)
      },
      write: { YAMLText.string($0.name) })
  }
}

extension SettingKind where Value == [Portfolio.TimeframeWeight] {
  /// Weights of one or more timeframes, finest first; none below 0, not all 0.
  static var timeframeWeights: SettingKind {
    let example = "{1h: 0.6, 4h: 0.3, 1d: 0.1}"
    let weight = SettingKind<Double>.number(.from(0, to: 1_000_000))
    return SettingKind(
      allowed: "a weight for each timeframe, such as \(example)",
      read: { node throws(ValueProblem) in
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
          throw ValueProblem(found: node)
        }
        var weights: [Portfolio.TimeframeWeight] = []
        for (key, value) in mapping {
          let name = key.text ?? ""
          guard let timeframe = Timeframe(name) else {
            let known = Timeframe.all.map(\.name).joined(separator: ", ")
            throw ValueProblem(
              message: "unknown timeframe '\(name)'; there are \(known)", mark: key.mark)
          }
          guard !weights.contains(where: { $0.timeframe == timeframe }) else {
            throw ValueProblem(message: "'\(name)' stands twice", mark: key.mark)
          }
          do throws(ValueProblem) {
            weights.append(.init(timeframe: timeframe, weight: try weight.read(value)))
          } catch {
            throw ValueProblem(
              message: "the weight of '\(name)' must be \(weight.allowed), not \(error.found)",
              mark: value.mark)
          }
        }
        guard weights.contains(where: { $0.weight > 0 }) else {
          throw ValueProblem(
            message: "all weights are 0; at least one must be above", mark: node.mark)
        }
        return weights.sorted { $0.timeframe < $1.timeframe }
      },
      write: { weights in
        let pairs = weights.map { "\($0.timeframe): \(YAMLText.number($0.weight))" }
        return "{" + pairs.joined(separator: ", ") + "}"
      })
  }
}

extension SettingKind where Value == EntrySettings.Threshold {
  /// `0.001` is a log return, `0.5s` half a standard deviation of the node's own forecasts.
  static var threshold: SettingKind {
    let logReturns = NumberRange.above(0, below: 1)
    let deviations = NumberRange.above(0, to: 100)
    return SettingKind(
      allowed: "a log return \(logReturns.text), or deviations such as 0.5s",
      read: { node throws(ValueProblem) in
        guard let text = node.text else { throw ValueProblem(found: node) }
        if text.hasSuffix("s"), let count = NumberText.double(String(text.dropLast())),
          deviations.contains(count)
        {
          return .deviations(count)
        }
        if let value = NumberText.double(text), logReturns.contains(value) {
          return .logReturn(value)
        }
        throw ValueProblem(found: node)
      },
      write: { threshold in
        switch threshold {
        case .logReturn(let value): YAMLText.number(value)
        case .deviations(let count): "\(YAMLText.number(count))s"
        }
      })
  }
}
