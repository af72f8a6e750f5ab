public import Market

/// When and by how much a drawdown scales every weight down. Off unless `halt` is set.
public struct ThrottleSettings: Sendable, Equatable {
  /// The drawdown from which weights are scaled down; nil keeps them until `halt`.
  public var reduce: Double?
  /// The drawdown at which they reach the floor; nil is no throttle.
  public var halt: Double?
  /// The factor on every weight at and beyond `halt`; 0 is all cash.
  public var floor: Double
  /// Milliseconds over which the highest equity is looked for. A high of all time would lock a
  /// portfolio that has lost much in a small size for good.
  public var window: Int64
  /// Milliseconds that a halt lasts at least; nil lifts it as soon as the drawdown is below `halt`.
  public var resumeAfter: Int64?

  public init(
    reduce: Double? = nil, halt: Double? = nil, floor: Double = 0.25,
    window: Int64 = 180 * Timestamp.millisecondsPerDay, resumeAfter: Int64? = nil
  ) {
    self.reduce = reduce
    self.halt = halt
    self.floor = floor
    self.window = window
    self.resumeAfter = resumeAfter
  }

  func validate() throws(AllocationError) {
    func require(_ holds: Bool, _ name: String, _ value: Double, _ rule: String)
      throws(AllocationError)
    {
      guard holds else {
        throw .invalidSetting(name: "throttle.\(name)", value: value, rule: rule)
      }
    }
    if let halt { try require(halt > 0 && halt <= 1, "halt", halt, "above 0 and at most 1") }
    if let reduce {
      try require(
        reduce >= 0 && reduce < halt ?? 0, "reduce", reduce, "at least 0 and below throttle.halt")
    }
    try require(floor >= 0 && floor <= 1, "floor", floor, "in 0...1")
    try require(window > 0, "window", Double(window), "above 0")
    if let resumeAfter {
      try require(resumeAfter >= 0, "resumeAfter", Double(resumeAfter), "at least 0")
    }
  }
}

/// The factor `u` on every weight while equity is below its high.
///
/// With D the drawdown from the highest equity of the last `window`, the present one included:
/// `u = 1` up to `reduce`, then linear to `floor` at `halt`. A drawdown of `halt` begins a halt, in
/// which u is the floor; it ends at the first close at which it has lasted `resumeAfter` and the
/// drawdown is below `halt`. In cash the drawdown heals as the old high leaves the window.
public struct DrawdownThrottle: Sendable {
  private let reduce: Double
  private let halt: Double
  private let settings: ThrottleSettings
  /// Equities that may become the window's high: each is above all that came after it.
  private var highs: [(time: Timestamp, equity: Double)] = []
  private var first = 0
  private var haltedAt: Timestamp?

  /// - Returns: nil where the settings leave the throttle off.
  public init?(_ settings: ThrottleSettings) {
    guard let halt = settings.halt else { return nil }
    self.reduce = settings.reduce ?? halt
    self.halt = halt
    self.settings = settings
  }

  /// The factor at a close. Closes come in order of time, and each of them should be given.
  public mutating func factor(at now: Timestamp, equity: Double) -> Double {
    let high = high(at: now, equity)
    // An account that has lost everything is in the deepest drawdown there is.
    let drawdown = equity > 0 && high > 0 ? 1 - equity / high : 1
    if let since = haltedAt {
      guard drawdown < halt, now - since >= settings.resumeAfter ?? 0 else { return settings.floor }
      haltedAt = nil
    }
    if drawdown >= halt {
      haltedAt = now
      return settings.floor
    }
    guard drawdown > reduce else { return 1 }
    return 1 - (1 - settings.floor) * (drawdown - reduce) / (halt - reduce)
  }

  private mutating func high(at now: Timestamp, _ equity: Double) -> Double {
    while highs.count > first, highs[highs.count - 1].equity <= equity { highs.removeLast() }
    highs.append((now, equity))
    while now - highs[first].time > settings.window { first += 1 }
    if first > 1024 {
      highs.removeFirst(first)
      first = 0
    }
    return highs[first].equity
  }
}
