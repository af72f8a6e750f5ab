import Indicators
import Models
import Yams

extension SettingKind where Value == RegimeStates {
  /// `3`, `auto`, or a range such as `2..5` of which BIC chooses.
  static var regimeStates: SettingKind {
    SettingKind(
      allowed: "a whole number from 1 to 8, auto, or a range such as 2..5",
      read: { node throws(ValueProblem) in
        guard let value = node.text.flatMap({ RegimeStates($0) }) else {
          throw ValueProblem(found: node)
        }
        return value
      },
      write: \.description)
  }
}

extension SettingKind where Value == [Double]? {
  /// A size a state, or `learned`, which is nil.
  static var regimeSizes: SettingKind {
    let list = SettingKind<[Double]>.fractions(.from(0, to: 1))
    return SettingKind(
      allowed: "\(list.allowed), or learned",
      read: { node throws(ValueProblem) in
        node.text == "learned" ? nil : try list.read(node)
      },
      write: { $0.map(list.write) ?? "learned" })
  }
}

extension SettingKind where Value == RegimeObservation {
  /// One of the named observations or a list of features.
  static var regimeObservation: SettingKind {
    let names = RegimeObservation.named.map(\.name)
    return SettingKind(
      allowed: names.joined(separator: ", ")
        + ", or a list of features such as [log_return, atr_14]",
      read: { node throws(ValueProblem) in
        if case .sequence(let list) = node {
          let spec = try FeatureSpec.read(list)
          // A hidden Markov model takes no more.
          guard spec.count <= GaussianHMM.maximumDimensions else {
            throw ValueProblem(
              message: "\(spec.count) features, a regime model takes at most"
                + " \(GaussianHMM.maximumDimensions)", mark: node.mark)
          }
          return .features(spec)
        }
        guard let text = node.text else { throw ValueProblem(found: node) }
        guard let found = RegimeObservation.named.first(where: { $0.name == text }) else {
          throw ValueProblem(word: text, among: names, node)
        }
        return found.observation
      },
      write: { observation in
        if case .features(let spec) = observation { return FeatureSpec.written(spec) }
        return RegimeObservation.named.first { $0.observation == observation }?.name ?? ""
      })
  }
}

extension SettingKind where Value == FeatureChoice {
  /// The default set, the original system's, or a list.
  static var features: SettingKind {
    let names = ["stationary", "original"]
    return SettingKind(
      allowed: names.joined(separator: ", ") + ", or a list of features such as [return_1, rsi_14]",
      read: { node throws(ValueProblem) in
        if case .sequence(let list) = node { return .list(try FeatureSpec.read(list)) }
        switch node.text {
        case nil: throw ValueProblem(found: node)
        case "stationary": return .stationary
        case "original": return .original
        case .some(let text): throw ValueProblem(word: text, among: names, node)
        }
      },
      write: { choice in
        switch choice {
        case .stationary: "stationary"
        case .original: "original"
        case .list(let spec): FeatureSpec.written(spec)
        }
      })
  }
}

extension ValueProblem {
  /// A word that is none of the names, with the one it may have meant.
  fileprivate init(word: String, among names: [String], _ node: Node) {
    // Who writes a feature without brackets wants a list.
    let hint =
      FeatureColumn(name: word) != nil
      ? "write [\(word)]" : NearestName.of(word, among: names).map { "did you mean '\($0)'?" }
    self.init(found: node, hint: hint)
  }
}

extension FeatureSpec {
  /// Reads a list of names; each problem points to its name.
  fileprivate static func read(_ list: Node.Sequence) throws(ValueProblem) -> FeatureSpec {
    var names: [String] = []
    for item in list {
      guard let name = item.text else { throw ValueProblem(found: item) }
      do throws(IndicatorsError) {
        _ = try FeatureSpec(names: names + [name])
      } catch {
        throw ValueProblem(message: "\(error)", mark: item.mark)
      }
      names.append(name)
    }
    do throws(IndicatorsError) {
      return try FeatureSpec(names: names)
    } catch {
      throw ValueProblem(message: "\(error)", mark: list.mark)
    }
  }

  fileprivate static func written(_ spec: FeatureSpec) -> String {
    "[" + spec.names.map(YAMLText.string).joined(separator: ", ") + "]"
  }
}
