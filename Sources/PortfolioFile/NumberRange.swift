/// The numbers that a setting may take.
struct NumberRange: Sendable {
  private let lower: Double
  private let upper: Double
  private let includesLower: Bool
  private let includesUpper: Bool

  private init(_ lower: Double, _ includesLower: Bool, _ upper: Double, _ includesUpper: Bool) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
  }

  static func from(_ lower: Double, to upper: Double) -> NumberRange {
    NumberRange(lower, true, upper, true)
  }

  static func from(_ lower: Double, below upper: Double) -> NumberRange {
    NumberRange(lower, true, upper, false)
  }

  static func above(_ lower: Double, to upper: Double) -> NumberRange {
    NumberRange(lower, false, upper, true)
  }

  static func above(_ lower: Double, below upper: Double) -> NumberRange {
    NumberRange(lower, false, upper, false)
  }

  func contains(_ value: Double) -> Bool {
    (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }

  /// `from 0 to 1`, `above 0 and at most 5`, `of at least 0 and below 1`.
  var text: String {
    let (low, high) = (YAMLText.number(lower), YAMLText.number(upper))
    return switch (includesLower, includesUpper) {
    case (true, true): "from \(low) to \(high)"
    case (true, false): "of at least \(low) and below \(high)"
    case (false, true): "above \(low) and at most \(high)"
    case (false, false): "above \(low) and below \(high)"
    }
  }
}
