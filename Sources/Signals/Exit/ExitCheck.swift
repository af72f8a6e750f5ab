/// What the exit rules make of a position at one close.
public struct ExitHit: Sendable, Equatable {
  public var reason: ExitReason
  /// The share of what is held that is closed; 1 is all of it.
  public var share: Double

  public init(reason: ExitReason, share: Double = 1) {
    self.reason = reason
    self.share = share
  }
}

/// The exit rules of one position in the order in which they are asked, with what each remembers.
public struct ExitCheck: Sendable {
  public let rules: [any ExitRule]
  /// One entry a rule; empty before the position's first close.
  public private(set) var memories: [[Double]]

  /// - Parameter memories: what the rules remember of a position that is open already; nil is nothing.
  public init(_ rules: [any ExitRule], memories: [[Double]]? = nil) {
    precondition(memories.map { $0.count == rules.count } ?? true, "a memory a rule")
    self.rules = rules
    self.memories = memories ?? Array(repeating: [], count: rules.count)
  }

  /// What the rule with a reason remembers; nothing where there is no such rule.
  public func memory(of reason: ExitReason) -> [Double] {
    rules.firstIndex { $0.reason == reason }.map { memories[$0] } ?? []
  }

  /// Forgets the position.
  public mutating func reset() {
    for index in memories.indices where !memories[index].isEmpty { memories[index] = [] }
  }

  /// Asks every rule about a close.
  ///
  /// The first that closes the whole position wins; what comes after it and what closes only a part
  /// does not count then. Where there is none, the parts add up: each is a share of what the ones before
  /// leave, and the first one names the reason.
  public mutating func hit(_ position: OpenPosition) -> ExitHit? {
    var whole: ExitHit?
    var part: ExitHit?
    for index in rules.indices {
      guard let share = rules[index].share(of: position, &memories[index]), share > 0 else {
        continue
      }
      let reason = rules[index].reason
      if share >= 1 {
        whole = whole ?? ExitHit(reason: reason)
      } else if let first = part {
        part = ExitHit(reason: first.reason, share: 1 - (1 - first.share) * (1 - share))
      } else {
        part = ExitHit(reason: reason, share: share)
      }
    }
    return whole ?? part
  }

  /// The prices at which rules fire at the next close, as far as they are known at this one.
  public func levels(_ position: OpenPosition) -> [(reason: ExitReason, price: Double)] {
    rules.indices.compactMap { index in
      rules[index].level(of: position, memories[index]).map { (rules[index].reason, $0) }
    }
  }
}
