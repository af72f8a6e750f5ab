public import Market

/// A condition on opening a position: a small value that is asked at every close of the primary
/// timeframe at which the combined signal has a side. A position is opened where no rule refuses it.
///
/// It sees what is known at that close and never the book, so that signals can be computed ahead of it.
/// A rule of one's own goes into `EntrySettings.own` and is asked after the built-in ones.
public protocol EntryRule: Sendable, Equatable {
  /// What it reads of the primary timeframe's bars.
  var readings: [Reading] { get }

  /// Why no position is opened; nil where the rule has nothing against it.
  func refusal(of candidate: EntryCandidate) -> EntryRefusal?
}

extension EntryRule {
  public var readings: [Reading] { [] }

  func isEqual(to other: any EntryRule) -> Bool { other as? Self == self }
}

/// Rules of a user's own, in the order in which they are asked.
public struct OwnEntryRules: Sendable, Equatable {
  public var rules: [any EntryRule]

  public init(_ rules: [any EntryRule] = []) {
    self.rules = rules
  }

  public static func == (a: OwnEntryRules, b: OwnEntryRules) -> Bool {
    a.rules.count == b.rules.count && zip(a.rules, b.rules).allSatisfy { $0.isEqual(to: $1) }
  }
}

/// What entry rules look at: a signal with a side, at one close of the primary timeframe.
public struct EntryCandidate: Sendable, Equatable {
  public var now: Timestamp
  /// Signed conviction, not 0.
  public var conviction: Double
  /// Share of the timeframes' weight that stands on the signal's side, silent ones counting against it.
  public var agreeing: Double
  /// The freshest known signal of each timeframe, finest first; nil where it is silent.
  public var signals: [(timeframe: Timeframe, signal: NodeSignal?)]
  /// Label of the sizing regime.
  public var regime: Int?
  public var mixture: RegimeMixture?

  public init(
    now: Timestamp, conviction: Double, agreeing: Double = 1,
    signals: [(timeframe: Timeframe, signal: NodeSignal?)] = [], regime: Int? = nil,
    mixture: RegimeMixture? = nil
  ) {
    self.now = now
    self.conviction = conviction
    self.agreeing = agreeing
    self.signals = signals
    self.regime = regime
    self.mixture = mixture
  }

  /// Whether the signal asks for a long position.
  public var isLong: Bool { conviction > 0 }

  /// The signal of a timeframe; nil where it is silent.
  public func signal(of timeframe: Timeframe) -> NodeSignal? {
    signals.first { $0.timeframe == timeframe }?.signal
  }

  /// The signal of the primary timeframe.
  public var primary: NodeSignal? { signals.first?.signal }

  /// What the rules read of the primary's bars.
  public var readings: Readings { primary?.readings ?? Readings() }

  public static func == (a: EntryCandidate, b: EntryCandidate) -> Bool {
    a.now == b.now && a.conviction == b.conviction && a.agreeing == b.agreeing
      && a.regime == b.regime && a.mixture == b.mixture
      && a.signals.elementsEqual(b.signals) { $0 == $1 }
  }
}
