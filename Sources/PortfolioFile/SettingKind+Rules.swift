import Market
import Signals
import Yams

/// One value for all timeframes, or one for each.
enum ByTimeframe<Value: Sendable & Equatable>: Sendable, Equatable {
  case all(Value)
  case each([Timeframe: Value])
}

extension SettingKind {
  /// What `kind` takes, or a mapping of timeframes to it.
  static func byTimeframe<Element>(_ kind: SettingKind<Element>, example: String) -> SettingKind
  where Value == ByTimeframe<Element> {
    SettingKind(
      allowed: "\(kind.allowed), or one for each timeframe such as \(example)",
      read: { node throws(ValueProblem) in
        guard case .mapping(let mapping) = node else { return .all(try kind.read(node)) }
        guard !mapping.isEmpty else { throw ValueProblem(found: node) }
        var values: [Timeframe: Element] = [:]
        for (key, value) in mapping {
          let name = key.text ?? ""
          guard let timeframe = Timeframe(name) else {
            let known = Timeframe.all.map(\.name).joined(separator: ", ")
            throw ValueProblem(
              message: "unknown timeframe '\(name)'; there are \(known)", mark: key.mark)
          }
          guard values[timeframe] == nil else {
            throw ValueProblem(message: "'\(name)' stands twice", mark: key.mark)
          }
          do throws(ValueProblem) {
            values[timeframe] = try kind.read(value)
          } catch {
            throw ValueProblem(
              message: "the value of '\(name)' must be \(kind.allowed), not \(error.found)",
              mark: value.mark)
          }
        }
        return .each(values)
      },
      write: { value in
        switch value {
        case .all(let common): return kind.write(common)
        case .each(let values):
          let pairs = values.keys.sorted().compactMap { timeframe in
            values[timeframe].map { "\(timeframe): \(kind.write($0))" }
          }
          return "{" + pairs.joined(separator: ", ") + "}"
        }
      })
  }

  /// A list with an entry for each state of the regime.
  static func byState<Element>(_ kind: SettingKind<Element>, example: String) -> SettingKind
  where Value == [Element] {
    SettingKind(
      allowed: "a list with an entry for each state such as \(example), each \(kind.allowed)",
      read: { node throws(ValueProblem) in
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
          throw ValueProblem(found: node)
        }
        var values: [Element] = []
        for item in sequence { values.append(try kind.read(item)) }
        return values
      },
      write: { "[" + $0.map(kind.write).joined(separator: ", ") + "]" })
  }
}

extension SettingKind where Value == ExitSettings.BarLimit {
  /// `36`, or `[24, 48, 36]` for each state.
  static var barLimit: SettingKind {
    let count = SettingKind<Int>.integer(1...1_000_000)
    let list = SettingKind<[Int]>.byState(count, example: "[24, 48, 36]")
    return SettingKind(
      allowed: "\(count.allowed), or a list with one for each state such as [24, 48, 36]",
      read: { node throws(ValueProblem) in
        if case .sequence = node { return .byState(try list.read(node)) }
        return .all(try count.read(node))
      },
      write: { limit in
        switch limit {
        case .all(let bars): count.write(bars)
        case .byState(let bars): list.write(bars)
        }
      })
  }
}

extension SettingKind where Value == ExitSettings.Reversal {
  /// `entry`, or a threshold of its own.
  static var reversal: SettingKind {
    let threshold = SettingKind<EntrySettings.Threshold>.threshold
    return SettingKind(
      allowed: "'entry' for the thresholds of entry, or \(threshold.allowed)",
      read: { node throws(ValueProblem) in
        node.text == "entry" ? .entry : .threshold(try threshold.read(node))
      },
      write: { reversal in
        switch reversal {
        case .entry: "entry"
        case .threshold(let value): threshold.write(value)
        }
      })
  }
}
