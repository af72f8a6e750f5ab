/// A rule that closes positions, or a part of them: a small value that is asked at every close.
///
/// What a rule remembers of one position from close to close stands in `memory`, numbers of its own
/// that are empty when the position is opened. The rule itself never changes, so nothing of one trade
/// can reach the next. It sees what is known at the close and nothing later.
///
/// A rule of one's own goes into `ExitSettings.own` and is asked after the built-in ones:
/// ```swift
/// struct WeekendRule: ExitRule {
///   var reason: ExitReason { "weekend" }
///   func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
///     (position.signal?.knownAt).map(isFridayNight) == true ? 1 : nil
///   }
/// }
/// ```
public protocol ExitRule: Sendable, Equatable {
  /// What orders and reports call it.
  var reason: ExitReason { get }

  /// What it reads of the primary timeframe's bars, beside what every position has.
  var readings: [Reading] { get }

  /// The share of what is held that is closed at this close, above 0 and up to 1, which is all of it;
  /// nil where the rule does not fire.
  ///
  /// Called at every close of a position, whether or not another rule fires at it.
  /// - Parameter memory: what the rule remembers; empty at the position's first close.
  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double?

  /// The price at which the rule fires at the next close, as far as it is known at this one; nil
  /// where the rule does not depend on the price alone.
  /// - Parameter memory: as `share` left it at this close.
  func level(of position: OpenPosition, _ memory: [Double]) -> Double?
}

extension ExitRule {
  public var readings: [Reading] { [] }

  public func level(of position: OpenPosition, _ memory: [Double]) -> Double? { nil }

  func isEqual(to other: any ExitRule) -> Bool { other as? Self == self }
}

/// Rules of a user's own, in the order in which they are asked.
public struct OwnExitRules: Sendable, Equatable {
  public var rules: [any ExitRule]

  public init(_ rules: [any ExitRule] = []) {
    self.rules = rules
  }

  public static func == (a: OwnExitRules, b: OwnExitRules) -> Bool {
    a.rules.count == b.rules.count && zip(a.rules, b.rules).allSatisfy { $0.isEqual(to: $1) }
  }
}
