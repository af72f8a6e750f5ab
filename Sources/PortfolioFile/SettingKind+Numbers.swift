import Yams

/// Numbers as a person writes them: `0.25`, `1e-4`, `100_000`.
enum NumberText {
  /// Nil for anything else, `nan`, `inf` and hexadecimal included.
  static func double(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "0123456789+-.eE_".utf8.contains($0) }),
      text.first != "_", text.last != "_",
      let value = Double(text.filter { $0 != "_" }), value.isFinite
    else { return nil }
    return value
  }

  static func integer(_ text: String) -> Int? {
    guard text.first != "_", text.last != "_" else { return nil }
    return Int(text.filter { $0 != "_" })
  }
}

extension SettingKind where Value == Double {
  static func number(_ range: NumberRange) -> SettingKind {
    SettingKind(
      allowed: "a number \(range.text)",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap(NumberText.double), range.contains(value) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: YAMLText.number)
  }

  /// A number that people are tempted to write in per cent.
  static func fraction(_ range: NumberRange) -> SettingKind {
    SettingKind(
      allowed: "a fraction \(range.text)",
      read: { node throws(ValueProblem) in
        guard let text = node.text else { throw ValueProblem(found: node) }
        if let value = NumberText.double(text) {
          if range.contains(value) { return value }
          let asPercent = range.contains(value / 100) && value > 1
          throw ValueProblem(
            found: node,
            hint: asPercent ? "\(text) % is \(YAMLText.number(value / 100))" : nil)
        }
        if text.hasSuffix("%"),
          let value = NumberText.double(text.dropLast().filter { $0 != " " })
        {
          throw ValueProblem(found: node, hint: "write \(YAMLText.number(value / 100))")
        }
        throw ValueProblem(found: node)
      },
      write: YAMLText.number)
  }
}

extension SettingKind where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> SettingKind {
    let limits =
      range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    return SettingKind(
      allowed: "a whole number \(limits)",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap(NumberText.integer), range.contains(value) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: { String($0) })
  }
}

extension SettingKind where Value == UInt64 {
  static var seed: SettingKind {
    SettingKind(
      allowed: "a whole number of at least 0",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap({ UInt64($0.filter { $0 != "_" }) }) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: { String($0) })
  }
}

extension SettingKind where Value == [Double] {
  /// A list of one or more numbers.
  static func fractions(_ range: NumberRange) -> SettingKind {
    let element = SettingKind<Double>.fraction(range)
    return SettingKind(
      allowed: "a list of fractions \(range.text)",
      read: { node throws(ValueProblem) in
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
          throw ValueProblem(found: node)
        }
        var values: [Double] = []
        for item in sequence {
          values.append(try element.read(item))
        }
        return values
      },
      write: { "[" + $0.map(YAMLText.number).joined(separator: ", ") + "]" })
  }
}

extension SettingKind where Value == [Int] {
  /// A list of one or more whole numbers.
  static func integers(_ range: ClosedRange<Int>) -> SettingKind {
    let element = SettingKind<Int>.integer(range)
    return SettingKind(
      allowed: "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)",
      read: { node throws(ValueProblem) in
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
          throw ValueProblem(found: node)
        }
        var values: [Int] = []
        for item in sequence { values.append(try element.read(item)) }
        return values
      },
      write: { "[" + $0.map(String.init).joined(separator: ", ") + "]" })
  }
}
