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
        guard case .mapping = node else { return .all(try kind.read(node)) }
        return .each(try timeframes(node, kind))
      },
      write: { value in
        switch value {
        case .all(let common): kind.write(common)
        case .each(let values): text(values, kind)
        }
      })
  }

  /// A mapping of some timeframes, or none of them, to what `kind` takes.
  static func someTimeframes<Element>(_ kind: SettingKind<Element>, example: String) -> SettingKind
  where Value == [Timeframe: Element] {
    SettingKind(
      allowed: "a value for some timeframes such as \(example), or none",
      read: { node throws(ValueProblem) in node.isNone ? [:] : try timeframes(node, kind) },
      write: { $0.isEmpty ? "none" : text($0, kind) })
  }

  private static func timeframes<Element>(
    _ node: Node, _ kind: SettingKind<Element>
  ) throws(ValueProblem) -> [Timeframe: Element] {
    guard case .mapping(let mapping) = node, !mapping.isEmpty else {
      throw ValueProblem(found: node)
    }
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
    return values
  }

  private static func text<Element>(
    _ values: [Timeframe: Element], _ kind: SettingKind<Element>
  ) -> String {
    let pairs = values.keys.sorted().compactMap { timeframe in
      values[timeframe].map { "\(timeframe): \(kind.write($0))" }
    }
    return "{" + pairs.joined(separator: ", ") + "}"
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

extension SettingKind where Value == StateNumber? {
  /// One number, none, or a list with one or none for each state.
  static func byStateAtEntry(_ kind: SettingKind<Double>) -> SettingKind {
    let one = SettingKind<Double?>.optional(kind)
    let list = SettingKind<[Double?]>.byState(one, example: "")
    return SettingKind(
      allowed: "\(one.allowed), or a list with one for each state at entry",
      read: { node throws(ValueProblem) in
        if case .sequence = node { return .byState(try list.read(node)) }
        return try one.read(node).map { .all($0) }
      },
      write: { number in
        switch number {
        case nil: "none"
        case .all(let value): kind.write(value)
        case .byState(let values): list.write(values)
        }
      })
  }
}

extension SettingKind where Value == AveragePair {
  /// `[10, 20]`, the fast period first.
  static var averages: SettingKind {
    let period = SettingKind<Int>.integer(1...10_000)
    return SettingKind(
      allowed: "two periods, the faster first, such as [10, 20]",
      read: { node throws(ValueProblem) in
        guard case .sequence(let sequence) = node, sequence.count == 2 else {
          throw ValueProblem(found: node)
        }
        let (fast, slow) = (try period.read(sequence[0]), try period.read(sequence[1]))
        guard fast < slow else {
          throw ValueProblem(
            message: "the faster period (\(fast)) must be below the slower one (\(slow))",
            mark: node.mark)
        }
        return AveragePair(fast: fast, slow: slow)
      },
      write: { "[\($0.fast), \($0.slow)]" })
  }
}

extension SettingKind where Value == [ExitSettings.ATRTarget] {
  /// `{1: 0.5, 2: 0.25}`: ranges and shares.
  static var atrTargets: SettingKind {
    let ranges = SettingKind<Double>.number(.above(0, to: 1000))
    let share = SettingKind<Double>.fraction(.above(0, to: 1))
    return SettingKind(
      allowed: "shares by average true ranges gained such as {1: 0.5, 2: 0.25}, or none",
      read: { node throws(ValueProblem) in
        if node.isNone { return [] }
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
          throw ValueProblem(found: node)
        }
        var targets: [ExitSettings.ATRTarget] = []
        for (key, value) in mapping {
          let at = try ranges.read(key)
          guard !targets.contains(where: { $0.ranges == at }) else {
            throw ValueProblem(message: "'\(YAMLText.number(at))' stands twice", mark: key.mark)
          }
          targets.append(.init(ranges: at, share: try share.read(value)))
        }
        targets.sort { $0.ranges < $1.ranges }
        let sum = targets.reduce(0) { $0 + $1.share }
        guard sum <= 1 + 1e-9 else {
          throw ValueProblem(
            message: "the shares sum to \(YAMLText.number(sum)), which is more than all",
            mark: node.mark)
        }
        return targets
      },
      write: { targets in
        guard !targets.isEmpty else { return "none" }
        let pairs = targets.map { "\(YAMLText.number($0.ranges)): \(YAMLText.number($0.share))" }
        return "{" + pairs.joined(separator: ", ") + "}"
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
