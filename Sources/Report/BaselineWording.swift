import Research

/// What is to be said of the baselines' names and of their likeness.
enum BaselineWording {
  /// A name that a table of ten columns has room for.
  static func short(_ name: String) -> String {
    name.replacing("inverse volatility", with: "inverse vol.")
  }

  /// Says which baselines did the same as an earlier one, lest that look like a mistake; nil where all
  /// differ.
  static func twins(_ baselines: [RunCurve]) -> String? {
    var sentences: [String] = []
    for (index, curve) in baselines.enumerated() where curve.orders > 0 {
      guard let twin = baselines[..<index].first(where: { areAlike($0, curve) }) else { continue }
      var sentence = "\(curve.name) is the same as \(twin.name) here"
      if twin.name == Baseline.inverseVolatility.rawValue,
        curve.name == Baseline.equalRiskContribution.rawValue
      {
        sentence +=
          ": risk is shared equally by weights of one over volatility where all pairs correlate alike, "
          + "as the one pair of two symbols does, and all pairs once they are shrunk to their mean"
      }
      sentences.append(sentence + ".")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// Whether two curves differ by no more than the rounding of what solved for their weights.
  private static func areAlike(_ a: RunCurve, _ b: RunCurve) -> Bool {
    a.orders == b.orders && a.equity.count == b.equity.count
      && zip(a.equity, b.equity).allSatisfy { abs($0 - $1) <= 1e-9 * abs($0) }
  }
}
