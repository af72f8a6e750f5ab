/// Why a symbol may not be held at this decision.
public enum IneligibilityReason: Sendable, Equatable {
  /// Fewer returns than the covariance needs.
  case insufficientHistory(have: Int, need: Int)
  /// The last bar is too old to trade on.
  case stalePrice
  /// The price has not moved, or only now and then, or by next to nothing: its risk cannot be measured.
  case zeroVolatility
  /// No signal is known for it.
  case noSignal
}
