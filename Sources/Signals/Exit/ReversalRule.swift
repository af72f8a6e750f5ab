/// Leaves when the timeframes' forecasts beyond a size stand against the position.
///
/// The size is part of the combiner, which counts them (`SymbolSignal.reversal`).
struct ReversalRule: ExitRule {
  var reason: ExitReason { .reversal }

  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    position.sign * position.reversal < 0 ? 1 : nil
  }
}
