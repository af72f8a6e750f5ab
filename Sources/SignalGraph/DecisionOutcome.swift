import Allocation
import Signals

/// What one decision did about one symbol: it traded, or the one thing that kept it from trading, which
/// may be an entry rule of the user's own.
public struct DecisionOutcome: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let traded: DecisionOutcome = "traded"
  /// It was to trade, by less than the account can order.
  public static let tooSmall: DecisionOutcome = "too small to order"
  public static let insideBand: DecisionOutcome = "inside the band"
  public static let onTarget: DecisionOutcome = "on target"
  public static let limit: DecisionOutcome = "limit"
  public static let regimeSize: DecisionOutcome = "regime size 0"
  public static let tiltedAway: DecisionOutcome = "tilted to 0"
  public static let afterStop: DecisionOutcome = "in cash after a stop"
  public static let afterExit: DecisionOutcome = "no fresh signal after an exit"
  public static let stalePrice: DecisionOutcome = "stale price"
  public static let shortHistory: DecisionOutcome = "too little history"
  public static let zeroVolatility: DecisionOutcome = "price does not move"

  /// All that there are without a user's own entry rules.
  public static let builtIn: [DecisionOutcome] =
    [
      .traded, .tooSmall, .insideBand, .onTarget, .limit, .regimeSize, .tiltedAway, .afterStop,
      .afterExit,
    ] + EntryRefusal.builtIn.map { DecisionOutcome($0) } + [
      .stalePrice, .shortHistory, .zeroVolatility,
    ]

  init(_ refusal: EntryRefusal) { rawValue = refusal.rawValue }

  private init(_ reason: IneligibilityReason) {
    self =
      switch reason {
      case .insufficientHistory: .shortHistory
      case .stalePrice: .stalePrice
      case .zeroVolatility: .zeroVolatility
      case .noSignal: DecisionOutcome(EntryRefusal.noSignal)
      }
  }

  /// Reads off a finished line what became of its symbol.
  /// - Parameters:
  ///   - band: the no-trade band, relative.
  ///   - refusal: what kept the entry rules from opening a position; nil where one stands, and in
  ///     `prior_tilt`.
  init(_ line: AllocationLine, band: Double, refusal: DecisionOutcome?) {
    if line.isTraded {
      self = .traded
    } else if let reason = line.ineligibility {
      self = DecisionOutcome(reason)
    } else if line.target != 0 {
      self = DecisionOutcome.held(line, band: band)
    } else if line.isStopped {
      self = .afterStop
    } else if let refusal {
      self = refusal
    } else if line.tilted != 0 {
      self = .limit
    } else {
      self = line.afterRegime == 0 ? .regimeSize : .tiltedAway
    }
  }

  /// Why a position is left as it is. A limit is to blame where the weight without it would have been
  /// traded.
  private static func held(_ line: AllocationLine, band: Double) -> DecisionOutcome {
    let change = abs(line.tilted - line.held)
    if line.limited != line.tilted, change > band * max(abs(line.tilted), abs(line.held)) {
      return .limit
    }
    return line.limited == line.held ? .onTarget : .insideBand
  }
}

extension AllocationLine {
  fileprivate var ineligibility: IneligibilityReason? {
    for case .ineligible(let reason) in reasons { return reason }
    return nil
  }

  fileprivate var isStopped: Bool {
    reasons.contains { reason in
      if case .stopped = reason { true } else { false }
    }
  }
}
