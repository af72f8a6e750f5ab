import Allocation
import Signals

/// What one decision did about one symbol: it traded, or the one thing that kept it from trading.
public enum DecisionOutcome: String, Sendable, CaseIterable {
  case traded
  case insideBand = "inside the band"
  case onTarget = "on target"
  case limit
  case regimeSize = "regime size 0"
  case tiltedAway = "tilted to 0"
  case afterStop = "in cash after a stop"
  case afterExit = "no fresh signal after an exit"
  case noSignal = "no signal"
  case noForecast = "no forecast"
  case gated
  case belowThreshold = "below threshold"
  case lowConfidence = "low confidence"
  case sideNotAllowed = "side not allowed"
  case conflicted
  case notConfirmed = "not confirmed"
  case lowVolume = "low volume"
  case stalePrice = "stale price"
  case shortHistory = "too little history"
  case zeroVolatility = "price does not move"

  init(_ refusal: EntryRefusal) {
    self =
      switch refusal {
      case .noSignal: .noSignal
      case .noForecast: .noForecast
      case .gated: .gated
      case .belowThreshold: .belowThreshold
      case .lowConfidence: .lowConfidence
      case .sideNotAllowed: .sideNotAllowed
      case .conflicted: .conflicted
      case .notConfirmed: .notConfirmed
      case .lowVolume: .lowVolume
      }
  }

  private init(_ reason: IneligibilityReason) {
    self =
      switch reason {
      case .insufficientHistory: .shortHistory
      case .stalePrice: .stalePrice
      case .zeroVolatility: .zeroVolatility
      case .noSignal: .noSignal
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
